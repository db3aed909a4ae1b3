package main

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// A value with its type, as the evaluator reads and writes it: a map of one
// member, which names the type.
type typed map[string]any

func typedDouble(f float64) typed {
	switch {
	case math.IsNaN(f):
		return typed{"double": "NaN"}
	case math.IsInf(f, 1):
		return typed{"double": "Infinity"}
	case math.IsInf(f, -1):
		return typed{"double": "-Infinity"}
	}
	return typed{"double": strconv.FormatFloat(f, 'g', -1, 64)}
}

func typedList(l traits.Lister) (typed, error) {
	list := []any{}
	for it := l.Iterator(); it.HasNext() == types.True; {
		e, err := typedOf(it.Next())
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return typed{"list": list}, nil
}

func typedMap(m traits.Mapper) (typed, error) {
	pairs := []any{}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		k, err := typedOf(key)
		if err != nil {
			return nil, err
		}
		v, err := typedOf(m.Get(key))
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, []any{k, v})
	}
	return typed{"map": pairs}, nil
}

// An error where v is nothing that JSON values, or what CEL makes of them, can
// be: a protobuf message.
func typedOf(v ref.Val) (typed, error) {
	switch x := v.(type) {
	case types.Int:
		return typed{"int": strconv.FormatInt(int64(x), 10)}, nil
	case types.Uint:
		return typed{"uint": strconv.FormatUint(uint64(x), 10)}, nil
	case types.Double:
		return typedDouble(float64(x)), nil
	case types.String:
		// Bytes that are no UTF-8 don't survive JSON either.
		return typed{"string": string([]rune(string(x)))}, nil
	case types.Bytes:
		return typed{"bytes": base64.StdEncoding.EncodeToString(x)}, nil
	case types.Bool:
		return typed{"bool": bool(x)}, nil
	case types.Null:
		return typed{"null": nil}, nil
	case types.Timestamp:
		return typed{"timestamp": x.UTC().Format(time.RFC3339Nano)}, nil
	case types.Duration:
		return typed{"duration": seconds(x.Duration)}, nil
	case *types.Optional:
		if !x.HasValue() {
			return typed{"optional": nil}, nil
		}
		inner, err := typedOf(x.GetValue())
		return typed{"optional": inner}, err
	case ref.Type:
		return typed{"type": x.TypeName()}, nil
	case traits.Lister:
		return typedList(x)
	case traits.Mapper:
		return typedMap(x)
	}
	return nil, fmt.Errorf("a value of type %s", v.Type().TypeName())
}

// Exactly, as a float64 of seconds would not be.
func seconds(d time.Duration) string {
	sign, ns := "", uint64(d)
	if d < 0 {
		sign, ns = "-", -ns
	}
	s := fmt.Sprintf("%s%d.%09d", sign, ns/1e9, ns%1e9)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "s"
}

// The one member of a typed value.
func member(v any) (kind string, content any) {
	m, ok := v.(map[string]any)
	if t, is := v.(typed); is {
		m, ok = t, true
	}
	if !ok || len(m) != 1 {
		return "", nil
	}
	for kind, content = range m {
	}
	return kind, content
}

// Numbers, times and durations may be spelled in several ways; a map has no
// order.
func equal(a, b any) bool {
	kindA, inA := member(a)
	kindB, inB := member(b)
	if kindA == "" || kindA != kindB {
		return false
	}
	textA, _ := inA.(string)
	textB, _ := inB.(string)
	switch kindA {
	case "double":
		x, errX := strconv.ParseFloat(textA, 64)
		y, errY := strconv.ParseFloat(textB, 64)
		return errX == nil && errY == nil && (x == y || x != x && y != y)
	case "timestamp":
		x, errX := time.Parse(time.RFC3339Nano, textA)
		y, errY := time.Parse(time.RFC3339Nano, textB)
		return errX == nil && errY == nil && x.Equal(y)
	case "duration":
		x, errX := time.ParseDuration(textA)
		y, errY := time.ParseDuration(textB)
		return errX == nil && errY == nil && x == y
	case "optional":
		return inA == nil && inB == nil ||
			inA != nil && inB != nil && equal(inA, inB)
	case "list":
		return equalLists(inA, inB)
	case "map":
		return equalMaps(inA, inB)
	}
	return inA == inB
}

func equalLists(a, b any) bool {
	x, okX := a.([]any)
	y, okY := b.([]any)
	if !okX || !okY || len(x) != len(y) {
		return false
	}
	for i := range x {
		if !equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

func equalMaps(a, b any) bool {
	x, okX := a.([]any)
	y, okY := b.([]any)
	if !okX || !okY || len(x) != len(y) {
		return false
	}
	for _, pair := range x {
		found := false
		for _, other := range y {
			found = found || equalLists(pair, other)
		}
		if !found {
			return false
		}
	}
	return true
}

// The value itself, as cel-go works with it.
func valueOf(v any) (ref.Val, error) {
	kind, in := member(v)
	text, _ := in.(string)
	switch kind {
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		return types.Int(n), err
	case "uint":
		n, err := strconv.ParseUint(text, 10, 64)
		return types.Uint(n), err
	case "double":
		f, err := strconv.ParseFloat(text, 64)
		return types.Double(f), err
	case "string":
		return types.String(text), nil
	case "bytes":
		b, err := base64.StdEncoding.DecodeString(text)
		return types.Bytes(b), err
	case "bool":
		return types.Bool(in == true), nil
	case "null":
		return types.NullValue, nil
	case "timestamp":
		t, err := time.Parse(time.RFC3339Nano, text)
		return types.Timestamp{Time: t}, err
	case "duration":
		d, err := time.ParseDuration(text)
		return types.Duration{Duration: d}, err
	case "type":
		return types.NewTypeValue(text), nil
	case "optional":
		if in == nil {
			return types.OptionalNone, nil
		}
		inner, err := valueOf(in)
		return types.OptionalOf(inner), err
	case "list":
		return listOf(in)
	case "map":
		return mapOf(in)
	}
	return nil, fmt.Errorf("no typed value: %v", v)
}

func listOf(v any) (ref.Val, error) {
	values := []ref.Val{}
	all, _ := v.([]any)
	for _, e := range all {
		value, err := valueOf(e)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, values), nil
}

func mapOf(v any) (ref.Val, error) {
	values := map[ref.Val]ref.Val{}
	all, _ := v.([]any)
	for _, e := range all {
		pair, _ := e.([]any)
		if len(pair) != 2 {
			return nil, fmt.Errorf("no member of a map: %v", e)
		}
		key, err := valueOf(pair[0])
		if err != nil {
			return nil, err
		}
		if values[key], err = valueOf(pair[1]); err != nil {
			return nil, err
		}
	}
	return types.NewRefValMap(types.DefaultTypeAdapter, values), nil
}
