#!/bin/sh
# wait on many Jobs at once: the right verdict on each, by one list and one
# watch.  WAIT_JOBS says how many; their controller makes some ten a second,
# unless CLUSTER_CONTROLLERS lets it go faster (see tests/cluster/cluster).
. "${0%/*}/../lib.sh"
need_tool jq faultproxy
need_cluster
new_namespace
n=${WAIT_JOBS:-60}

# jobs FIRST LAST EXIT: one Job a line, whose container ends so
jobs() {
	jq -nc --arg ns "$NS" --arg exit "$3" --argjson from "$1" --argjson to "$2" '
	    range($from; $to + 1) | { apiVersion: "batch/v1", kind: "Job",
		metadata: { name: "j\(.)", namespace: $ns },
		spec: { backoffLimit: 0, template: {
		    metadata: { annotations: { "test/exit": $exit } },
		    spec: { restartPolicy: "Never",
			containers: [{ name: "c", image: "x" }] } } } }'
}

# seen STATUS: how many are said to be that
seen() { jq -c --arg s "$1" 'select(.wait.status == $s)' out | grep -c .; }

jobs 1 "$n" 0 >s
status "$n Jobs are made" 0 apply <s
mv out made
proxy -streams 100
start=$(date +%s)
status 'and waited for at once' 0 wait --kubeconfig kc --timeout 30m <made
is 'each is current' "$n" "$(seen current)"
# It is asked for at least 15 seconds at a time.
watches=$(grep -c '^GET .*/jobs?.*watch' log)
ok 'by one watch' [ "$watches" -le $((1 + ($(date +%s) - start) / 15)) ]
lists=$(grep '^GET .*/jobs?' log | grep -vc watch)
ok 'and one list, in pages' [ "$lists" -le $((n / 400 + 1)) ]

{ cat s && jobs $((n + 1)) $((n + 1)) 1; } >all
status 'one more, which fails' 0 apply <all
mv out made
status 'ends it' 5 wait --kubeconfig kc --timeout 5m <made
is 'the others are what they were' "$n" "$(seen current)"
like 'and it is named' "^wait: Job/$NS/j$((n + 1)): failed: BackoffLimitExceeded" err

done_testing
