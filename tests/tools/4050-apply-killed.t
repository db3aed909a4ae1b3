#!/bin/sh
# apply: killed at any of its requests (or each KILL_STEP-th), the next run ends where an undisturbed
# one would, and nothing is lost that should live.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy
need_cluster
new_namespace

two_versions

run release one
foreign=$(uid configmap/kube-root-ca.crt)
run release two
is 'undisturbed, all goes through' 0 "$rc"
state >want
ok 'with the new image' grep -q '"a:2"' want
ok 'without what is gone' t_unlike '"old"' want

# killed COMMAND N: when its N-th request has come, and before it is answered.
# Fails when there were fewer.
killed() {
	proxy "* * $2 hang"
	sh -c "exec $1 --kubeconfig kc <two >res 2>kill.err" &
	pid=$!
	until grep -q ' hang ' log; do
		kill -0 "$pid" 2>/dev/null || break
	done
	kill -9 "$pid" 2>/dev/null
	command wait "$pid" 2>/dev/null
	grep -q ' hang ' log
}

for command in apply 'apply --prune'; do
	n=1
	while [ "$n" -lt 40 ]; do
		run release one
		[ "$command" = apply ] || apply <two >res 2>&1
		killed "$command" "$n" || break
		run release two
		state >got
		same "$command killed at request $n: the next run mends it" \
		    want got
		n=$((n + ${KILL_STEP:-1}))
	done
	ok "$command makes some requests" [ "$n" -gt 4 ]
done
is 'nobody else was touched' "$foreign" "$(uid configmap/kube-root-ca.crt)"

done_testing
