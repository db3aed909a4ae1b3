#!/bin/sh
# The verdicts of wait --strict=kstatus against those of kstatus and Flux
# themselves, on random objects.  Compiling them takes minutes the first time,
# so this runs only when TEST_ORACLE is set; TEST_ORACLE_SEED chooses others.
. "${0%/*}/../lib.sh"
[ -n "${TEST_ORACLE-}" ] || skip_all 'TEST_ORACLE is not set'
PATH=$PATH:/usr/local/go/bin
need_tool go

status 'the oracle compiles' 0 env GOTOOLCHAIN=auto GOFLAGS=-buildvcs=false \
	go build -C "$T_TOP/tests/oracle" -o "$T_DIR/oracle" .
for seed in ${TEST_ORACLE_SEED:-1 2 3 4 5}; do
	./oracle mutate "$seed" 20000 >objects
	./oracle judge <objects >want
	env wait --offline --strict=kstatus <objects |
		jq -r 'select(.wait).wait.status' >verdicts
	paste want verdicts objects | awk '$1 != $2' >differ
	is "20000 objects of seed $seed: as many verdicts" 20000 \
		"$(wc -l <verdicts)"
	is "all the same" '' "$(head -n 3 differ)"
done
done_testing
