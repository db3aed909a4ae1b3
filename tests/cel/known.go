package main

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

// Where the evaluator differs from cel-go on purpose, by what its answer says.
var onPurpose = []struct {
	why      string
	says     *regexp.Regexp
	typesToo bool // only where cel-go doesn't compile it with checked types
}{
	{"a function that there isn't is refused at once",
		regexp.MustCompile(`: there is no function `), true},
	{"a function with other numbers of arguments is refused at once",
		regexp.MustCompile(`: .* takes .* arguments?$`), true},
	{"a constant pattern that is wrong is refused at once",
		regexp.MustCompile(`: the regular expression `), false},
	{"a map's key has one of the types that the specification names",
		regexp.MustCompile(`: a map can't have a key of type`), false},
	{"a type is no text for matches",
		regexp.MustCompile(`no such overload: matches$`), false},
}

// Why an answer other than that of cel-go may stand; empty if it may not.
func known(q question, flux, got answer) string {
	said := ""
	for _, text := range []*string{got.Error, got.Refused} {
		if text != nil {
			said = *text
		}
	}
	for _, p := range onPurpose {
		if said != "" && p.says.MatchString(said) &&
			(!p.typesToo || refuses(q)) {
			return p.why
		}
	}
	switch {
	case flux.Error != nil && strings.Contains(*flux.Error, "internal error"),
		flux.Refused != nil && strings.HasPrefix(*flux.Refused, "panic"):
		return "cel-go fails by itself"
	case flux.Value != nil && got.Value != nil &&
		equal(typesAsText(flux), typesAsText(got)):
		return "a type stays one in optMap"
	case printsGarbage(q):
		return "%f and %e of an integer are as the specification says"
	}
	return ""
}

func typesAsText(a answer) (v map[string]any) {
	text := strings.ReplaceAll(line(a.Value), `{"type":`, `{"string":`)
	json.Unmarshal([]byte(text), &v)
	return v
}

// Go's complaint about the wrong verb for an integer, as a part of the result.
func printsGarbage(q question) bool {
	ast, issues := flux.Parse(q.Expr)
	if issues.Err() != nil || !strings.Contains(q.Expr, "format") {
		return false
	}
	program, err := flux.Program(ast, cel.EvalOptions(cel.OptTrackState))
	if err != nil {
		return false
	}
	_, details, _ := program.ContextEval(context.Background(), variables(q))
	if details == nil {
		return false
	}
	for _, id := range details.State().IDs() {
		v, _ := details.State().Value(id)
		if s, ok := v.(types.String); ok &&
			(strings.Contains(string(s), "%!f(") ||
				strings.Contains(string(s), "%!e(")) {
			return true
		}
	}
	return false
}
