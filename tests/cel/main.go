// Command oracle holds the evaluator of lib/cel against the public conformance
// cases of CEL and against cel-go, set up as Flux sets it up.
//
//	oracle cases DIR [COMMAND]      the cases in DIR/*.textproto
//	oracle random SEED N [COMMAND]  N random expressions over random objects
//	oracle checked SEED N [COMMAND] the same, as Flux checks a readyExpr's types
//	oracle answer                   answer as cel-go does: an evaluator itself
//
// COMMAND is the evaluator, given to sh: it reads one JSON line for each
// expression, {"expr":...} with "vars" and "container" or with "json", and
// answers each with one line, {"value":...}, {"error":...} or {"refused":...}.
// With "checked" the types are checked first, of variables that have these names,
// and the value has to be a bool.
// Without it, print the lines that it would read.  Each answer that differs is
// printed in full, then the counts; the status is 1 where one differs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// One expression to evaluate, as the evaluator reads it, and what the answer
// has to be.
type question struct {
	Expr      string           `json:"expr"`
	Container string           `json:"container,omitempty"`
	Vars      map[string]typed `json:"vars,omitempty"`
	JSON      map[string]any   `json:"json,omitempty"`
	Checked   []string         `json:"checked,omitempty"` // its variables

	name string
	want answer // without it, what cel-go says
}

// One of the three; none of them: no answer wanted.
type answer struct {
	Value   typed   `json:"value,omitempty"`
	Error   *string `json:"error,omitempty"`
	Refused *string `json:"refused,omitempty"`
}

func (a answer) none() bool {
	return a.Value == nil && a.Error == nil && a.Refused == nil
}

// One line of JSON, in which < stays <.
func line(v any) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		log.Fatalf("%v: %v", v, err)
	}
	return out.String()
}

func lines(questions []question) string {
	var all strings.Builder
	for _, q := range questions {
		all.WriteString(line(q))
	}
	return all.String()
}

// What the evaluator says to each question; fewer where it dies.
func ask(command string, questions []question) ([]answer, error) {
	cmd := exec.Command("sh", "-c", command)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		io.WriteString(in, lines(questions))
		in.Close()
	}()
	var answers []answer
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, 1<<26)
	for scan.Scan() {
		var a answer
		if err := json.Unmarshal(scan.Bytes(), &a); err != nil {
			return answers, fmt.Errorf("%q: %v", scan.Text(), err)
		}
		answers = append(answers, a)
	}
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		return answers, err
	}
	return answers, scan.Err()
}

// How an answer stands to the one that is wanted.
const (
	right    = iota
	likeFlux // not the specification's answer, but that of cel-go in Flux
	lenient  // cel-go refuses what is an error only when evaluated
	purpose  // a difference that is known and meant
	wrong
	verdicts
)

func judge(q question, got answer) (verdict int, want answer, why string) {
	flux := evaluate(q)
	if q.Checked != nil && got.Refused == nil && isLater(flux.Refused) {
		return lenient, flux, ""
	}
	want = q.want
	if want.none() {
		want = flux
	}
	if agree(q, want, got) {
		return right, want, ""
	}
	// The order of a map's keys is random in cel-go.
	for i := 0; i < 200; i++ {
		if agree(q, flux, got) {
			if q.want.none() {
				return right, flux, ""
			}
			return likeFlux, want, ""
		}
		flux = evaluate(q)
	}
	if why = known(q, flux, got); why != "" {
		return purpose, want, why
	}
	return wrong, want, ""
}

// Which error it is doesn't matter.  To refuse an expression unevaluated is
// right only where cel-go would not compile it either.
func agree(q question, want, got answer) bool {
	switch {
	case want.Value != nil:
		return got.Value != nil && equal(want.Value, got.Value)
	case got.Refused != nil:
		return want.Refused != nil || refuses(q)
	default:
		return got.Error != nil
	}
}

func compare(command string, questions []question) (counts [verdicts]int) {
	answers, err := ask(command, questions)
	if err != nil || len(answers) != len(questions) {
		fmt.Printf("the evaluator ended early: %v\n", err)
		if len(answers) < len(questions) {
			q := questions[len(answers)]
			fmt.Printf("  at %s: %s  with %s", q.name, q.Expr, line(q))
		}
		counts[wrong]++
		questions = questions[:min(len(answers), len(questions))]
	}
	var differ []string
	reasons := map[string]int{}
	for i, q := range questions {
		verdict, want, why := judge(q, answers[i])
		counts[verdict]++
		if verdict == purpose {
			reasons[why]++
		}
		if verdict == likeFlux || verdict == wrong {
			how := map[int]string{likeFlux: "as Flux", wrong: "wrong"}
			differ = append(differ, fmt.Sprintf(
				"%s: %s: %s\n  with %s  want %s  got  %s",
				how[verdict], q.name, q.Expr, line(q), line(want),
				line(answers[i])))
		}
	}
	sort.SliceStable(differ, func(i, j int) bool {
		return len(differ[i]) < len(differ[j])
	})
	for _, d := range differ {
		fmt.Print(d)
	}
	list("on purpose", reasons)
	return counts
}

func list(title string, reasons map[string]int) {
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Printf("%s: %d %s\n", title, reasons[reason], reason)
	}
}

func run(questions []question, args []string) (counts [verdicts]int) {
	if len(args) == 0 {
		fmt.Print(lines(questions))
		return counts
	}
	return compare(args[0], questions)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func main() {
	log.SetFlags(0)
	args := os.Args[1:]
	var counts [verdicts]int
	switch {
	case len(args) == 1 && args[0] == "answer":
		answerAll(os.Stdin, os.Stdout)
	case len(args) >= 2 && len(args) <= 3 && args[0] == "cases":
		questions, dropped := cases(args[1])
		counts = run(questions, args[2:])
		if len(args) == 3 {
			list("out of scope", dropped)
			fmt.Printf("as the specification says: %d, as Flux "+
				"where that differs: %d, on purpose: %d, "+
				"wrong: %d\n", counts[right], counts[likeFlux],
				counts[purpose], counts[wrong])
		}
	case len(args) >= 3 && len(args) <= 4 &&
		(args[0] == "random" || args[0] == "checked"):
		seed, n := number(args[1]), number(args[2])
		counts = run(expressions(int64(seed), n, args[0] == "checked"),
			args[3:])
		if len(args) == 4 {
			fmt.Printf("seed %d: as cel-go: %d, refused only by "+
				"cel-go: %d, on purpose: %d, wrong: %d\n", seed,
				counts[right], counts[lenient],
				counts[purpose], counts[wrong])
		}
	default:
		log.Fatal("usage: oracle cases DIR [COMMAND] | " +
			"oracle random|checked SEED N [COMMAND] | oracle answer")
	}
	if counts[wrong] > 0 {
		os.Exit(1)
	}
}
