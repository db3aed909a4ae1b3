package main

import (
	"context"
	"math"
	"regexp"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

var later = regexp.MustCompile(`formatting|string\.format|` +
	`unexpected end of string|index \d+ out of range|expected type 'type\(|` +
	`expected type 'dyn' but|invalid qualifier|^panic|undefined type`)

// Whether cel-go refuses what no type tells here: constants that don't fit a
// format, one type beside another, or what makes it fail by itself.
func isLater(refused *string) bool {
	return refused != nil && later.MatchString(*refused)
}

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
	{"a pattern is refused that asks for tables of Unicode",
		regexp.MustCompile(`: (Unicode classes|characters beyond ASCII)` +
			` are not supported`), false},
	{"a leading dot leaves a macro's variables out",
		regexp.MustCompile(`: there is no variable v\d`), false},
	{"a type is no text for matches",
		regexp.MustCompile(`no such overload: matches$`), false},
}

// Why an answer other than that of cel-go may stand; empty if it may not.
func known(q question, theirs, got answer) string {
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
	case theirs.Error != nil && strings.Contains(*theirs.Error, "internal error"),
		theirs.Refused != nil && strings.HasPrefix(*theirs.Refused, "panic"):
		return "cel-go fails by itself"
	case isBadPattern(said):
		return "a constant pattern that is wrong is refused at once"
	case theirs.Refused != nil &&
		strings.HasPrefix(*theirs.Refused, "invalid qualifier type"):
		return "a constant index of a wrong type fails when evaluated"
	case q.Checked != nil && got.Error != nil && inNothing.MatchString(q.Expr):
		return "what is looked for in [] is evaluated"
	case fieldOfHas.MatchString(q.Expr):
		return "the answer of has() has no fields"
	case comesBy(q, isGarbage):
		return "%f and %e of an integer are as the specification says"
	case comesBy(q, hasOddKey):
		return "a map's key is of a type that the specification allows"
	}
	return ""
}

var aboutPattern = regexp.MustCompile(
	`(?s): the regular expression (.*): .*`)

// Whether that says that a pattern is wrong which really is.
func isBadPattern(said string) bool {
	found := aboutPattern.FindStringSubmatch(said)
	if found == nil {
		return false
	}
	_, err := regexp.Compile(found[1])
	return err != nil
}

var inNothing = regexp.MustCompile(`in\s*\[\]`)

// For cel-go has(a)['x'] is has(a).
var fieldOfHas = regexp.MustCompile(`has\([^()]*\)\s*[.\[]`)

// Go's complaint about the wrong verb for an integer, as a part of the result.
func isGarbage(v ref.Val) bool {
	s, ok := v.(types.String)
	return ok && (strings.Contains(string(s), "%!f(") ||
		strings.Contains(string(s), "%!e("))
}

func hasOddKey(v ref.Val) bool {
	m, ok := v.(traits.Mapper)
	if !ok {
		return false
	}
	for it := m.Iterator(); it.HasNext() == types.True; {
		switch k := it.Next().(type) {
		case types.Bool, types.Int, types.Uint, types.String:
		case types.Double:
			if math.IsNaN(float64(k)) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// Whether some part of the expression has such a value in cel-go.
func comesBy(q question, such func(ref.Val) bool) bool {
	ast, issues := flux.Parse(q.Expr)
	if issues.Err() != nil {
		return false
	}
	program, err := flux.Program(ast,
		cel.EvalOptions(cel.OptExhaustiveEval, cel.OptTrackState))
	if err != nil {
		return false
	}
	_, details, _ := program.ContextEval(context.Background(), variables(q))
	if details == nil {
		return false
	}
	for _, id := range details.State().IDs() {
		if v, _ := details.State().Value(id); v != nil && such(v) {
			return true
		}
	}
	return false
}
