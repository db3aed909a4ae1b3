package main

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
)

// What an expression of each type can look like.  <T> is an expression of that
// type; @T is a new variable of it, which the <T> to its right may be.  The
// last word on what is right is cel-go's, so types may be mixed at will.
var grammar = map[string][]string{
	"any": {
		"<int>", "<int>", "<uint>", "<double>", "<bool>", "<bool>",
		"<string>", "<string>", "<bytes>", "<ints>", "<strings>",
		"<list>", "<map>", "<null>", "<timestamp>", "<duration>",
		"<optional>", "<type>",
	},
	"null": {"null", "null", "n", "status.nothing"},
	"int": {
		"0", "1", "2", "3", "5", "-1", "-7", "42", "0x1F", "1000000",
		"9223372036854775807", "-9223372036854775808", "i", "j",
		"metadata.generation", "status.observedGeneration",
		"spec.replicas", "counts.a", "counts['b']",
		"(<int> + <int>)", "(<int> - <int>)", "(<int> * <int>)",
		"(<int> / <int>)", "(<int> % <int>)", "-<int>", "(-(<int>))",
		"(<bool> ? <int> : <int>)", "<ints>[<index>]", "<map>['a']",
		"size(<string>)", "<string>.size()", "size(<ints>)",
		"<list>.size()", "size(<map>)", "size(<bytes>)",
		"<bytes>.size()", "int(<any>)", "int(<string>)",
		"int(<double>)", "int(<uint>)", "int(<timestamp>)",
		"<string>.indexOf(<string>)", "<string>.indexOf(<string>, <index>)",
		"<string>.lastIndexOf(<string>)",
		"<string>.lastIndexOf(<string>, <index>)",
		"<timestamp>.getFullYear()", "<timestamp>.getMonth()",
		"<timestamp>.getDate(<zone>)", "<timestamp>.getDayOfMonth()",
		"<timestamp>.getDayOfWeek(<zone>)", "<timestamp>.getDayOfYear()",
		"<timestamp>.getHours(<zone>)", "<timestamp>.getMinutes()",
		"<timestamp>.getMinutes(<zone>)", "<timestamp>.getSeconds()",
		"<timestamp>.getMilliseconds()", "<duration>.getHours()",
		"<duration>.getMinutes()", "<duration>.getSeconds()",
		"<duration>.getMilliseconds()", "<optional>.value()",
		"<optional>.orValue(<int>)", "status.?observedGeneration.orValue(<int>)",
		"dyn(<int>)", "int('<digits>')", "<numeral>",
	},
	"numeral": {
		"0x", "0xG", "1.", "1.e3", "1e", "1E+5", "1U", "0xFFu", "01", "1_0",
		"0x7FFFFFFFFFFFFFFF", "0x8000000000000000", "-0x8000000000000000",
		"18446744073709551616u", "9223372036854775808", "1e400", "1.5u",
		"-9223372036854775808", "1e-400", "--1", "1.5e+3", "0XF", "-0.0",
		"4.9e-324", "1.7976931348623157e308", "0.30000000000000004",
	},
	"digits": {
		"1", " 1", "1 ", "+1", "-1", "1_000", "1e3", "0x1F", "0b1", "0o7",
		"9223372036854775807", "9223372036854775808", "-0", "", ".", "-",
		"inf", "+Inf", "-infinity", "NaN", "nan", "0x1p-2", "1e400", ".5",
		"5.", "1.5", "007", "1e", "\u0661", "18446744073709551615",
		"1e-400", "<digits><digits>",
	},
	"stamp": {
		"2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123456789Z",
		"2024-01-02t03:04:05z", "2024-1-2T03:04:05Z", "2024-01-02",
		"2016-12-31T23:59:60Z", "2024-01-02T03:04:05+24:00",
		"2024-01-02T03:04:05-07:59", "2024-01-02T03:04:05,5Z",
		"2024-02-30T00:00:00Z", "2024-01-02T24:00:00Z",
		"2024-01-02 03:04:05Z", "0000-01-01T00:00:00Z",
		"10000-01-01T00:00:00Z", "2024-01-02T03:04:05", "1700-06-01T12:00:00Z",
		"2024-01-02T03:04:05.1234567891Z", "2024-01-02T03:04:05.Z",
		"2024-03-31T01:59:59.5Z", "2024-03-31T02:00:00+01:00",
	},
	"span": {
		"1h", "1.5s", "1m", "-1m", "10ms", "1us", "1µs", "1ns", "0", "",
		"1", "1d", "+5s", "1.s", ".5s", "s", "- 1s", "1e3s",
		"9223372036s", "9223372037s", "1.0000000001s", "<span><span>",
	},
	"chars": {
		"a", "b", "é", "日", `\n`, `\x41`, `\X41`, `\u00e9`, `\q`, `\101`,
		`\'`, `\"`, "\\`", `\?`, `\\`, `\U00110000`, `\U0010ffff`, `\ud800`,
		`\400`, `\377`, `\x`, `\x4`, `\a\b\f\v`, `\0`, "\n", "\t", "%", "",
		"<chars><chars>", "<chars><chars><chars>",
	},
	"index": {
		"0", "0", "1", "1", "2", "3", "-1", "i", "<int>", "0u", "1.0",
		"size(<string>) - 1",
	},
	"uint": {
		"0u", "1u", "7u", "0x10u", "18446744073709551615u",
		"(<uint> + <uint>)", "(<uint> - <uint>)", "(<uint> * <uint>)",
		"(<uint> / <uint>)", "(<uint> % <uint>)", "uint(<int>)",
		"uint(<string>)", "uint('<digits>')", "uint(<double>)", "uint(<any>)",
		"(<bool> ? <uint> : <uint>)",
	},
	"double": {
		"0.0", "1.0", "1.5", "-2.75", ".5", "1e3", "1e308", "2.5e-3",
		"3.0e0", "d", "spec.ratio", "0.1", "1e21", "123456789.123",
		"(<double> + <double>)", "(<double> - <double>)",
		"(<double> * <double>)", "(<double> / <double>)", "-<double>",
		"double(<int>)", "double(<uint>)", "double(<string>)",
		"double(<any>)", "double('<digits>')", "(0.0 / 0.0)", "(1.0 / 0.0)",
		"(<bool> ? <double> : <double>)",
	},
	"number": {"<int>", "<int>", "<uint>", "<double>"},
	"bool": {
		"true", "true", "false", "false", "b", "spec.suspend",
		"(<bool> && <bool>)", "(<bool> && <bool>)", "(<bool> || <bool>)",
		"(<bool> || <bool>)", "!<bool>", "!!<bool>", "(!(<bool>))",
		"(<bool> ? <bool> : <bool>)", "(<any> == <any>)",
		"(<any> != <any>)", "(<number> == <number>)",
		"(<number> < <number>)", "(<number> <= <number>)",
		"(<number> > <number>)", "(<number> >= <number>)",
		"(<string> == <string>)", "(<string> < <string>)",
		"(<string> >= <string>)", "(<bytes> < <bytes>)",
		"(<bool> < <bool>)", "(<timestamp> < <timestamp>)",
		"(<duration> <= <duration>)", "(<any> < <any>)",
		"(<int> == <int>)", "(<list> == <list>)", "(<map> == <map>)",
		"(<type> == <type>)", "(<optional> == <optional>)",
		"(<number> in <ints>)", "(<number> in <list>)",
		"(<string> in <strings>)", "(<any> in <list>)",
		"(<string> in <map>)", "(<any> in <map>)", "(<any> in <any>)",
		"has(<map>.a)", "has(status.conditions)", "has(status.nothing)",
		"has(spec.missing.field)", "has(spec.replicas)", "has(i.x)",
		"bool('t')", "bool('TRUE')", "bool('True')", "bool('1')", "bool('tRue')",
		"<string>.contains(<string>)", "<string>.startsWith(<string>)",
		"<string>.endsWith(<string>)", "<string>.matches(<regex>)",
		"matches(<string>, <regex>)", "bool(<string>)", "bool(<any>)",
		"<ints>.all(@int, <bool>)", "<ints>.exists(@int, <bool>)",
		"<ints>.exists_one(@int, <bool>)",
		"<ints>.existsOne(@int, <bool>)",
		"<strings>.all(@string, <bool>)",
		"<strings>.exists(@string, <bool>)", "<list>.all(@any, <bool>)",
		"<list>.exists(@any, <bool>)", "<list>.exists_one(@any, <bool>)",
		"<map>.all(@string, <bool>)", "<map>.exists(@string, <bool>)",
		"counts.all(@string, counts[<string>] > <int>)",
		"status.conditions.exists(@map, <bool>)",
		"status.conditions.exists(e, e.type == <string> && e.status == 'True')",
		"status.conditions.filter(e, e.type == 'Ready').all(e, e.status == <string>)",
		"<optional>.hasValue()", "sets.contains(<list>, <list>)",
		"sets.contains(<ints>, <ints>)", "sets.equivalent(<list>, <list>)",
		"sets.intersects(<strings>, <strings>)", "dyn(<bool>)",
		"(status.observedGeneration == metadata.generation)",
	},
	"string": {
		"''", "'a'", `"b"`, "'hello'", "'Ready'", "'True'", "'a,b,,c'",
		`'\u00e9\U0001F600\x41\101\n\t\\'`, `r'\d+'`, `'''it's'''`,
		`"""x"y"""`, "'héllo wörld'", "'日本語'", "' \t pad \u00a0'",
		"'12'", "'-3'", "'1.5'", "'0x1'", "'true'", "'T'", "'2.5e3'",
		"s", "t", "metadata.name", "metadata.labels.app",
		"metadata.labels['app.kubernetes.io/name']",
		"status.conditions[0].type", "status.phase", `'%'`,
		"(<string> + <string>)", "(<string> + <string>)",
		"(<bool> ? <string> : <string>)", "<strings>[<index>]",
		"'<chars>'", `"<chars>"`, "r'<chars>'", "'''<chars>'''",
		"string(b'<chars>')", "R\"<chars>\"",
		"string(<any>)", "string(<int>)", "string(<double>)",
		"string(<timestamp>)", "string(<duration>)", "string(<bytes>)",
		"string(<uint>)", "string(<bool>)", "<string>.charAt(<index>)",
		"<string>.lowerAscii()", "<string>.upperAscii()",
		"<string>.trim()", "<string>.reverse()",
		"<string>.replace(<string>, <string>)",
		"<string>.replace(<string>, <string>, <index>)",
		"<string>.substring(<index>)",
		"<string>.substring(<index>, <index>)", "<strings>.join()",
		"<strings>.join(<string>)", "<list>.join(<string>)",
		"strings.quote(<string>)", "base64.encode(<bytes>)",
		"<format>.format([<any>])", "<format>.format([<any>, <any>])",
		"<format>.format(<list>)", "<optional>.orValue(<string>)",
		"status.?phase.orValue(<string>)", "dyn(<string>)",
		"'%s'.format([<any>])", "'%d'.format([<number>])",
		"'%.3f'.format([<number>])", "'%e'.format([<double>])",
		"'%x'.format([<any>])",
	},
	"format": {
		"'%s'", "'%s and %s'", "'%d'", "'%d%%'", "'%f'", "'%.2f'",
		"'%.0f'", "'%e'", "'%.1e'", "'%x'", "'%X'", "'%o'", "'%b'",
		"'<clause><clause>'", "'<clause>, <clause>'", "'%s: %d'", "'plain'", "'%'", "'%q'", "<string>",
	},
	"clause": {
		"%s", "%d", "%f", "%.1f", "%.10f", "%.f", "%e", "%.3e", "%x", "%X",
		"%o", "%b", "%%", "%", "%5d", "%-s", "%.2d", "%.2s", "%c", "%v",
		"%.100f", "% d", "é", "a",
	},
	"pattern": {
		"a", "b", "l", "é", ".", "[a-c]", "[^a]", `\d`, `\D`, `\w+`, `\s`,
		`\S`, `\b`, `\B`, `\pL`, `\p{Greek}`, `\PN`, "[[:digit:]]",
		"[[:^alpha:]x]", "[]a]", "[a-]", `[\d-z]`, `\x41`, `\x{e9}`, `\Qa.b\E`,
		`\A`, `\z`, `\Z`, `\.`, `\/`, `\-`, `\q`, "^", "$", "<pattern><pattern>",
		"<pattern><pattern>", "<pattern><pattern><pattern>", "(<pattern>)",
		"<pattern>*", "<pattern>+?", "<pattern>?", "<pattern>|<pattern>",
		"<pattern>{2}", "<pattern>{1,}", "<pattern>{0,2}?", "a{,2}", "a{2,1}",
		"a{1001}", "{2}", "(?i)*", `\Q`, `\Qa.`, "[a-c-e]", "[[:digit]", "a|*",
		"(?i:<pattern>)", "(?i)<pattern>", "(?:<pattern>)",
		"(?s).", "(?m)^<pattern>$", "(?U)a+", "(?-i:<pattern>)", "(?=a)",
		`(a)\1`, "(?P<x>a)(?P<x>b)", "(?<x>a)", "a++", "[", "]", "{", "\\",
		"hello", "[é-ü]+", "[^\\n]", "(|a)*", "(a*)*", "()", `\C`, "a|", "|a",
	},
	"regex": {
		"r'<pattern>'", "r'<pattern><pattern>'", "r'^<pattern>$'",
		"'a'", "'^a'", "'a$'", "'a+b*'", "'[a-c]+'", "'[^a]'",
		`r'\d+'`, `r'^\w+$'`, `r'\bhello\b'`, "'(a|b)+'", "'(?i)HELLO'",
		"'a{2,3}'", "'.*'", "'^.$'", "'('", "'a**'", `r'\pL+'`,
		"'[[:alpha:]]+'", "'(?:x|y)?'", "''", "'^$'", "'h.llo'", "'*'",
		"'[z-a]'", `r'\s'`, "'(?P<n>l+)'", "<string>", "s",
	},
	"bytes": {
		"b''", "b'abc'", "b'<chars>'", `B"<chars>"`, "rb'<chars>'",
		"br'<chars>'", "base64.decode('<chars>')", `b'\xff\x00'`, `b'\303\251'`, "b'é'",
		"bytes(<string>)", "(<bytes> + <bytes>)", "base64.decode(<string>)",
		"base64.decode(base64.encode(<bytes>))", "bytes(<any>)",
		"base64.decode('aGVsbG8')", "base64.decode('aGVsbG8=')",
	},
	"timestamp": {
		"timestamp('<stamp>')", "timestamp('<stamp>')",
		"timestamp('2024-02-29T12:34:56Z')",
		"timestamp('1969-12-31T23:59:59.999999999Z')",
		"timestamp('2009-02-13T23:31:30+02:00')",
		"timestamp('0001-01-01T00:00:00Z')",
		"timestamp('9999-12-31T23:59:59Z')", "timestamp(started)",
		"timestamp(metadata.creationTimestamp)",
		"timestamp(<int>)", "timestamp(<string>)",
		"(<timestamp> + <duration>)", "(<duration> + <timestamp>)",
		"(<timestamp> - <duration>)", "timestamp(<any>)",
	},
	"duration": {
		"duration('<span>')", "duration('<span><span>')", "duration('0s')",
		"duration('1h30m')", "duration('-1.5s')",
		"duration('100ms')", "duration('1us2ns')", "duration('2540400h')",
		"duration(<string>)", "(<duration> + <duration>)",
		"(<duration> - <duration>)", "(<timestamp> - <timestamp>)",
		"-<duration>", "duration(<any>)", "duration(wait)",
	},
	"zone": {
		"'UTC'", "'+02:00'", "'-11:30'", "'Europe/Berlin'",
		"'America/New_York'", "''", "'02:00'", "'Nowhere'", "<string>",
	},
	"ints": {
		"[]", "[1]", "[1, 2, 3]", "[3, -1, 2]", "l", "l", "[1, 2u, 3.0]",
		"[<int>]", "[<int>, <int>]", "(<ints> + <ints>)",
		"<ints>.filter(@int, <bool>)", "<ints>.map(@int, <int>)",
		"<ints>.map(@int, <bool>, <int>)", "<strings>.map(@string, <int>)",
		"[?<optional>, <int>]", "[<optional>, <optional>].unwrapOpt()",
		"optional.unwrap([<optional>, <optional>])",
		"(<bool> ? <ints> : <ints>)",
	},
	"strings": {
		"['a', 'b']", "['']", "names", "names", "metadata.finalizers",
		"[<string>]", "[<string>, <string>]", "<string>.split(<string>)",
		"<string>.split(<string>, <index>)", "<string>.split('')",
		"<strings>.filter(@string, <bool>)",
		"<strings>.map(@string, <string>)", "<ints>.map(@int, <string>)",
		"status.conditions.map(e, e.type)", "(<strings> + <strings>)",
	},
	"list": {
		"<ints>", "<ints>", "<strings>", "<strings>", "mixed",
		"[<any>, <any>]", "[<any>]", "(<list> + <list>)",
		"<list>.map(@any, <any>)", "<list>.filter(@any, <bool>)",
		"status.conditions", "<list>[<index>]", "[[1], <list>]",
	},
	"map": {
		"{}", "{'a': 1}", "counts", "counts", "metadata.labels", "spec",
		"status", "status.conditions[0]", "{<string>: <any>}",
		"{'a': <any>, 'b': <any>}", "{<int>: <any>, <any>: <any>}",
		"{1: 'x', 2u: 'y', true: 'z'}", "{?'a': <optional>, 'c': <any>}",
		"(<bool> ? <map> : <map>)", "{'a': {'b': <any>}}.a",
		"{1: <any>, 1.0: <any>}", "status.?nothing.orValue(<map>)",
	},
	"optional": {
		"optional.none()", "optional.of(<any>)", "optional.of(<int>)",
		"optional.ofNonZeroValue(<any>)", "status.?observedGeneration",
		"status.?nothing", "status.?nothing.?more", "<map>.?a",
		"<map>[?'a']", "<map>[?<any>]", "<list>[?<index>]",
		"<ints>[?<index>]", "<optional>.or(<optional>)",
		"<optional>.optMap(@int, <any>)", "<optional>.optMap(@any, <any>)",
		"<optional>.optFlatMap(@any, <optional>)", "<optional>.?a",
		"<optional>[?0]", "<optional>.a", "<list>.first()",
		"<list>.last()", "missing.?x", "<ints>.last()",
	},
	"type": {
		"int", "uint", "double", "string", "bytes", "bool", "list",
		"map", "null_type", "type", "type(<any>)", "type(<any>)",
		"type(type(<any>))", "google.protobuf.Timestamp",
		"google.protobuf.Duration", "optional_type",
	},
}

// Kinds of text that are no expressions.
var raw = map[string]bool{
	"numeral": true, "digits": true, "stamp": true, "span": true,
	"chars": true, "clause": true, "pattern": true, "zone": true,
}

type variable struct{ name, kind string }

type generator struct {
	*rand.Rand
	prefix string // what the variables of the object are members of
	scope  []variable
	fresh  int
}

// An expression of the kind, that nests no deeper than depth.
func (g *generator) expression(kind string, depth int) string {
	if !raw[kind] && g.Intn(40) == 0 {
		kind = "any"
	}
	var inner []string
	for _, v := range g.scope {
		if v.kind == kind || v.kind == "any" && !raw[kind] {
			inner = append(inner, v.name)
		}
	}
	if len(inner) > 0 && g.Intn(3) == 0 {
		return g.pick(inner)
	}
	form := g.pick(grammar[kind])
	for try := 0; depth <= 0 && try < 9 && holes.MatchString(form); try++ {
		form = g.pick(grammar[kind])
	}
	return g.expand(kind, form, depth)
}

var holes = regexp.MustCompile(`<[a-z]+>|@[a-z]+`)

var names = regexp.MustCompile(`^()([a-z])$|(^|[^.])\b(metadata|spec|` +
	`status|counts|names|mixed|started|wait)\b`)

// Precedence matters only without the parentheses.
func (g *generator) expand(kind, form string, depth int) string {
	if !raw[kind] && form[0] == '(' && strings.HasSuffix(form, ">)") && g.Intn(6) == 0 {
		form = form[1 : len(form)-1]
	}
	if g.prefix != "" && !raw[kind] {
		form = names.ReplaceAllString(form, "${1}${3}"+g.prefix+"${2}${4}")
	}
	scope := len(g.scope)
	form = holes.ReplaceAllStringFunc(form, func(hole string) string {
		kind := strings.Trim(hole, "<@>")
		switch {
		case grammar[kind] == nil:
			return hole
		case hole[0] == '<':
			return g.expression(kind, depth-1)
		}
		g.fresh++
		v := variable{fmt.Sprintf("v%d", g.fresh), kind}
		g.scope = append(g.scope, v)
		return v.name
	})
	g.scope = g.scope[:scope]
	return form
}

func (g *generator) pick(from []string) string {
	return from[g.Intn(len(from))]
}

// Pieces that make an expression wrong, or another one.
var pieces = []string{
	"(", ")", "[", "]", "{", "}", ".", "?", ":", ",", "'", `"`, "!", "-",
	"+", "&&", "|", "=", "<", ">", "in", "null", "e", "u", "0", "1.", "r",
	"b", " ", "\n", "//", `\`, "as", "`", "#", "é", "size", "_", "*", "%",
}

func (g *generator) spoil(expr string) string {
	for n := 1 + g.Intn(2); n > 0; n-- {
		runes := []rune(expr)
		at := g.Intn(len(runes) + 1)
		to := min(len(runes), at+g.Intn(3))
		if g.Intn(2) == 0 {
			to = at
		}
		expr = string(runes[:at]) + g.pick(pieces) + string(runes[to:])
	}
	return expr
}

func (g *generator) text() string {
	return g.pick([]string{
		"", "a", "b", "ab", "hello", "Ready", "True", "False", "x-1",
		"éß", "日本", "1", "2024-01-02T03:04:05Z", "10s", "a b",
	})
}

func (g *generator) condition() any {
	return map[string]any{
		"type":   g.pick([]string{"Ready", "Stalled", "Reconciling"}),
		"status": g.pick([]string{"True", "False", "Unknown"}),
		"reason": g.text(), "observedGeneration": g.Intn(3),
	}
}

func (g *generator) anything(depth int) any {
	switch n := g.Intn(9); {
	case n == 0:
		return nil
	case n == 1:
		return g.Intn(2) == 0
	case n == 2:
		return float64(g.Intn(40))/8 + 0.0625
	case n == 3 && depth > 0:
		return []any{g.anything(depth - 1), g.anything(depth - 1)}
	case n == 4 && depth > 0:
		return map[string]any{"a": g.anything(depth - 1),
			g.text(): g.anything(depth - 1)}
	case n < 7:
		return g.Intn(6) - 2
	}
	return g.text()
}

// What a field usually holds, but at times something else or nothing.
func (g *generator) field(in map[string]any, name string, usual any) {
	switch g.Intn(20) {
	case 0:
	case 1:
		in[name] = g.anything(2)
	default:
		in[name] = usual
	}
}

func (g *generator) object() map[string]any {
	metadata := map[string]any{"name": g.text()}
	g.field(metadata, "generation", g.Intn(3))
	g.field(metadata, "labels", map[string]any{"app": g.text(),
		"app.kubernetes.io/name": g.text()})
	g.field(metadata, "finalizers", []any{g.text()})
	g.field(metadata, "creationTimestamp", "2020-05-06T07:08:09Z")
	spec := map[string]any{}
	g.field(spec, "replicas", g.Intn(4))
	g.field(spec, "suspend", g.Intn(2) == 0)
	g.field(spec, "ratio", 0.25)
	status := map[string]any{}
	g.field(status, "observedGeneration", g.Intn(3))
	g.field(status, "conditions", []any{g.condition(), g.condition()})
	g.field(status, "phase", g.text())
	all := map[string]any{}
	g.field(all, "metadata", metadata)
	g.field(all, "spec", spec)
	g.field(all, "status", status)
	g.field(all, "i", g.Intn(7)-2)
	g.field(all, "j", 1<<40+g.Intn(9))
	g.field(all, "d", float64(g.Intn(9))+0.5)
	g.field(all, "s", g.text())
	g.field(all, "t", g.text())
	g.field(all, "b", g.Intn(2) == 0)
	g.field(all, "n", nil)
	g.field(all, "l", []any{1, g.Intn(4), 3})
	g.field(all, "names", []any{g.text(), g.text()})
	g.field(all, "mixed", []any{g.anything(1), g.anything(1)})
	g.field(all, "counts", map[string]any{"a": g.Intn(9), "b": g.Intn(9)})
	g.field(all, "started", "2021-06-07T08:09:10.25Z")
	g.field(all, "wait", "90s")
	return all
}

func expressions(seed int64, n int, checked bool) (questions []question) {
	r := rand.New(rand.NewSource(seed))
	kinds := []string{"bool", "bool", "any"}
	g := &generator{Rand: r}
	if checked {
		g.prefix, kinds = "self.", kinds[:1]
	}
	for i := 0; i < n; i++ {
		q := question{name: fmt.Sprintf("seed %d, number %d", seed, i)}
		object := g.object()
		g.fresh = 0
		q.Expr = g.expression(g.pick(kinds), 1+g.Intn(4))
		if g.Intn(12) == 0 {
			q.Expr = g.spoil(q.Expr)
		}
		for name := range object {
			if !strings.Contains(q.Expr, name) {
				delete(object, name)
			}
		}
		q.JSON = object
		if checked {
			q.JSON = map[string]any{"self": object}
			q.Checked = []string{"self"}
		}
		questions = append(questions, q)
	}
	return questions
}
