#!/bin/sh
# lib/cel against the public conformance cases of CEL, and against cel-go, set
# up as Flux sets it up, on random expressions.  Both come with Go modules.
# CEL_SEED and CEL_EXPRESSIONS choose others than the usual ones.
. "${0%/*}/../lib.sh"
PATH=$PATH:/usr/local/go/bin
GOTOOLCHAIN=auto GOFLAGS=-buildvcs=false
export GOTOOLCHAIN GOFLAGS
need_tool go celeval
cd "$T_TOP/tests/cel" || exit
go mod download >"$T_DIR/log" 2>&1 ||
	skip_all "cel-go can't be had: $(head -n 1 "$T_DIR/log")"
modules=$(go list -m -f '{{.Dir}}' cel.dev/expr)
cd "$T_DIR" || exit

status 'the oracle compiles' 0 go build -C "$T_TOP/tests/cel" -o "$T_DIR/oracle" .

status 'the conformance cases' 0 \
	./oracle cases "$modules/tests/simple/testdata" celeval
like 'more than a thousand of them' 'specification says: 1[0-9]{3},' out
sed -n 's/^o[nu].*:\|^as the/# &/p' out

seed=${CEL_SEED:-1} n=${CEL_EXPRESSIONS:-10000}
status "$n random expressions of seed $seed" 0 \
	./oracle random "$seed" "$n" celeval
like 'all answered as cel-go does' 'wrong: 0$' out
sed -n 's/^on purpose\|^seed/# &/p' out

status "as many as for a readyExpr, whose types are checked" 0 \
	./oracle checked "$seed" "$n" celeval
like 'wherever it compiles, with the answer of cel-go' 'wrong: 0$' out
sed -n 's/^on purpose\|^seed/# &/p' out

# See that it would notice.
status 'a wrong value is noticed' 1 ./oracle random 1 1000 \
	'celeval | sed s/true/false/'
like 'and shown, with its expression' '^wrong: seed 1, number [0-9]+: ' out
status 'so is a value in place of an error' 1 ./oracle random 1 1000 \
	"celeval | sed 's/^{\"error.*/{\"value\":{\"int\":\"0\"}}/'"
status 'and that it refuses what is no mistake' 1 ./oracle random 1 1000 \
	"celeval | sed 's/^{\"error.*/{\"refused\":\"no\"}/'"
status 'and that it dies' 1 ./oracle random 1 1000 'celeval | head -n 999'
like 'at which expression' '^  at seed 1, number 999: ' out
done_testing
