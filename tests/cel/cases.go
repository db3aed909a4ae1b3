package main

import (
	"log"
	"os"
	"path/filepath"
	"strings"

	// The types that the cases mention have to be known to read them.
	_ "cel.dev/expr/conformance/proto2"
	_ "cel.dev/expr/conformance/proto3"

	celpb "cel.dev/expr"
	"cel.dev/expr/conformance/test"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"google.golang.org/protobuf/encoding/prototext"
)

// Files whose every case is about what Flux doesn't enable, or about protobuf.
var otherFiles = map[string]string{
	"bindings_ext": "cel.bind is not enabled in Flux",
	"block_ext":    "cel.block is not enabled in Flux",
	"macros2":      "macros of two variables are not enabled in Flux",
	"math_ext":     "the math extension is not enabled in Flux",
	"network_ext":  "the network extension is not enabled in Flux",
	"proto2":       "protobuf messages",
	"proto3":       "protobuf messages",
	"proto2_ext":   "protobuf messages",
	"enums":        "protobuf enums",
	"wrappers":     "protobuf messages",
}

const (
	message  = "protobuf messages"
	unknown  = "unknown values"
	checking = "only checks types"
	noMacros = "macros disabled"
	declared = "a function of the host program"
)

// Names of protobuf types that an expression can only mean as such.
func namesMessage(name string) bool {
	switch strings.TrimPrefix(name, ".") {
	case "google.protobuf.Timestamp", "google.protobuf.Duration":
		return false
	}
	return strings.Contains(name, "TestAllTypes") ||
		strings.HasPrefix(strings.TrimPrefix(name, "."),
			"google.protobuf.") || strings.Contains(name, "GlobalEnum")
}

func qualified(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent()
	case ast.SelectKind:
		if of := qualified(e.AsSelect().Operand()); of != "" {
			return of + "." + e.AsSelect().FieldName()
		}
	}
	return ""
}

func usesMessages(expr string) bool {
	parsed, issues := flux.Parse(expr)
	if issues.Err() != nil {
		return false
	}
	found := false
	ast.PostOrderVisit(parsed.NativeRep().Expr(),
		ast.NewExprVisitor(func(e ast.Expr) {
			found = found || e.Kind() == ast.StructKind ||
				namesMessage(qualified(e))
		}))
	return found
}

func typedProto(v *celpb.Value) (typed, error) {
	value, err := cel.ProtoAsValue(types.DefaultTypeAdapter, v)
	if err != nil {
		return nil, err
	}
	return typedOf(value)
}

var anyError = "any error"

// The answer that the case wants, or the reason why it is out of scope.
func wanted(t *test.SimpleTest) (a answer, reason string) {
	v := &celpb.Value{Kind: &celpb.Value_BoolValue{BoolValue: true}}
	switch m := t.ResultMatcher.(type) {
	case *test.SimpleTest_Value:
		v = m.Value
	case *test.SimpleTest_TypedResult:
		v = m.TypedResult.Result
	case *test.SimpleTest_EvalError, *test.SimpleTest_AnyEvalErrors:
		return answer{Error: &anyError}, ""
	case *test.SimpleTest_Unknown, *test.SimpleTest_AnyUnknowns:
		return a, unknown
	}
	value, err := typedProto(v)
	if err != nil {
		return a, message
	}
	return answer{Value: value}, ""
}

func bindings(t *test.SimpleTest) (vars map[string]typed, reason string) {
	for _, d := range t.TypeEnv {
		if d.GetFunction() != nil {
			return nil, declared
		}
	}
	vars = map[string]typed{}
	for name, b := range t.Bindings {
		if b.GetValue() == nil {
			return nil, unknown
		}
		value, err := typedProto(b.GetValue())
		if err != nil {
			return nil, message
		}
		vars[name] = value
	}
	return vars, ""
}

func questionOf(t *test.SimpleTest) (q question, reason string) {
	switch {
	case t.CheckOnly:
		return q, checking
	case t.DisableMacros:
		return q, noMacros
	case usesMessages(t.Expr):
		return q, message
	}
	q.Expr, q.Container = t.Expr, t.Container
	if q.want, reason = wanted(t); reason == "" {
		q.Vars, reason = bindings(t)
	}
	return q, reason
}

func readFile(path string) *test.SimpleTestFile {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	file := &test.SimpleTestFile{}
	if err := prototext.Unmarshal(text, file); err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	return file
}

// The cases in scope, and how many are not for which reason.
func cases(dir string) (questions []question, dropped map[string]int) {
	paths, _ := filepath.Glob(filepath.Join(dir, "*.textproto"))
	if len(paths) == 0 {
		log.Fatalf("%s: no cases", dir)
	}
	dropped = map[string]int{}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".textproto")
		for _, section := range readFile(path).Section {
			for _, t := range section.Test {
				q, reason := questionOf(t)
				if r := otherFiles[name]; r != "" {
					reason = r
				}
				if reason != "" {
					dropped[reason]++
					continue
				}
				q.name = name + "/" + section.Name + "/" + t.Name
				questions = append(questions, q)
			}
		}
	}
	return questions, dropped
}
