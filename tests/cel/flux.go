package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"math"
	"math/rand"
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/ext"
)

// The environment of the package runtime/cel of Flux.
func environment(options ...cel.EnvOption) *cel.Env {
	env, err := cel.NewEnv(append([]cel.EnvOption{
		cel.HomogeneousAggregateLiterals(),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(),
		ext.Sets(),
		ext.Encoders(),
	}, options...)...)
	if err != nil {
		log.Fatal(err)
	}
	return env
}

var flux = environment()

// Integers of JSON are int, as they are in what Kubernetes decodes.
func fromJSON(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return int64(x)
		}
		return x
	case int:
		return int64(x)
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = fromJSON(x[i])
		}
		return list
	case map[string]any:
		// Go walks a small map in the order of making, from anywhere.
		keys := slices.Collect(maps.Keys(x))
		rand.Shuffle(len(keys), func(i, j int) {
			keys[i], keys[j] = keys[j], keys[i]
		})
		m := make(map[string]any, len(x))
		for _, k := range keys {
			m[k] = fromJSON(x[k])
		}
		return m
	}
	return v
}

func variables(q question) map[string]any {
	vars := map[string]any{}
	for k, v := range q.JSON {
		vars[k] = fromJSON(v)
	}
	for k, v := range q.Vars {
		value, err := valueOf(v)
		if err != nil {
			log.Fatalf("%s: %s: %v", q.Expr, k, err)
		}
		vars[k] = value
	}
	return vars
}

func say(err error) *string {
	text := err.Error()
	return &text
}

// Flux parses without checking types, except that of a readyExpr, which knows
// that its variables are objects, and nothing more of them.
func compile(env *cel.Env, q question) (cel.Program, error) {
	ast, issues := env.Parse(q.Expr)
	if q.Checked != nil {
		var known []cel.EnvOption
		for _, name := range q.Checked {
			known = append(known, cel.Variable(name,
				cel.ObjectType("google.protobuf.Struct")))
		}
		env = environment(known...)
		ast, issues = env.Compile(q.Expr)
	}
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	if t := ast.OutputType(); q.Checked != nil && t != cel.BoolType {
		return nil, fmt.Errorf("a %s, not a bool", t)
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize),
		cel.InterruptCheckFrequency(100))
}

func evaluate(q question) (a answer) {
	// It panics at a constant map whose key can't be one.
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprint("panic: ", r)
			a = answer{Refused: &text}
		}
	}()
	env := flux
	if q.Container != "" {
		env = environment(cel.Container(q.Container))
	}
	program, err := compile(env, q)
	if err != nil {
		return answer{Refused: say(err)}
	}
	value, _, err := program.ContextEval(context.Background(), variables(q))
	if err == nil {
		err = errorIn(value)
	}
	if err != nil {
		return answer{Error: say(err)}
	}
	t, err := typedOf(value)
	if err != nil {
		return answer{Error: say(err)}
	}
	return answer{Value: t}
}

func errorIn(value ref.Val) error {
	if types.IsError(value) {
		return value.(*types.Err)
	}
	return nil
}

// Whether cel-go refuses the expression without evaluating it, even if only
// when it checks types.
func refuses(q question) (no bool) {
	defer func() { no = no || recover() != nil }()
	options := []cel.EnvOption{cel.Container(q.Container)}
	for name := range q.Vars {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	for name := range q.JSON {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	env := environment(options...)
	if _, err := compile(env, q); err != nil {
		return true
	}
	_, issues := env.Compile(q.Expr)
	return issues.Err() != nil
}

func answerAll(in io.Reader, out io.Writer) {
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<26)
	w := bufio.NewWriter(out)
	defer w.Flush()
	for scan.Scan() {
		var q question
		if err := json.Unmarshal(scan.Bytes(), &q); err != nil {
			log.Fatalf("%s: %v", scan.Bytes(), err)
		}
		w.WriteString(line(evaluate(q)))
	}
	if err := scan.Err(); err != nil {
		log.Fatal(err)
	}
}
