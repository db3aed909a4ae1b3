#!/bin/sh
# A whole run behind a network that breaks things at random, killed without
# warning after a random number of requests: the next run ends where an
# undisturbed one would.  CHAOS_RUNS says how many, CHAOS_SEED where to begin.
. "${0%/*}/lib.sh"
need_tool setsid faultproxy
need_cluster
new_namespace
example
seed=${CHAOS_SEED:-1}
last=$((seed + ${CHAOS_RUNS:-4}))

# The processes that a killed driver has left: they know its run by name.
left_behind() {
	for env in /proc/[0-9]*/environ; do
		if tr '\0' '\n' <"$env" | grep -q "^POUNDLOCK_RUN_DIR=$T_DIR/"; then
			env=${env%/environ}
			echo "${env#/proc/}"
		fi
	done 2>/dev/null
}

# killed N: a run through the proxy, until it has made N requests or is done.
killed() {
	setsid poundlock run app/flux --root app --kubeconfig kc \
	    >/dev/null 2>kill.err &
	pid=$!
	while kill -0 "$pid" 2>/dev/null && [ "$(wc -l <log)" -lt "$1" ]; do
		sleep 0.05
	done
	kill -9 "-$pid" 2>/dev/null
	command wait "$pid" 2>/dev/null
	for pid in $(left_behind); do kill -9 "$pid" 2>/dev/null; done
}

# What there is, but for what no two runs have in common.
end() {
	kc get job,deployment,service,ingress,configmap -o json | jq -Sr '
	    .items[] | select(.metadata.name != "kube-root-ca.crt")
	    | [.kind, .metadata.name, .metadata.labels, .data,
		(.metadata.annotations // {} | with_entries(
		    select(.key | contains("revision") | not))),
		.spec.template.spec, .spec.rules, .spec.selector.app,
		.status.succeeded, .status.readyReplicas,
		[.metadata.managedFields[]? | select(.manager == "poundlock")
		    | del(.time)]]
	    | tojson | gsub("my-app:v[0-9.]+"; "my-app:TAG")
	    | gsub("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+"; "UID")' | sort
}
pods() {
	kc get pod -o json | jq '[.items[]
	    | select(.metadata.deletionTimestamp == null)] | length'
}
settled() { [ "$(pods)" = "$want_pods" ]; }

status 'a first run' 0 release
tag v1.0.0
status 'an undisturbed one' 0 release
want_pods=$(pods)
kc create configmap bystander >/dev/null
bystander=$(uid configmap/bystander)
end >want

while [ "$seed" -lt "$last" ]; do
	tag "v1.1.$seed"
	proxy -seed "$seed" -rate 25
	killed $((5 + seed * 17 % 70))
	status "seed $seed: the run after one that was killed" 0 release
	end >got
	same "seed $seed: ends as it should" want got
	is "seed $seed: with one image everywhere" "v1.1.$seed" "$(kc get \
	    job,deployment -o json | jq -r '.items[]
	    .spec.template.spec.containers[].image | sub(".*:"; "")' | sort -u)"
	ok "seed $seed: and no Pod too many" eventually 30 settled
	seed=$((seed + 1))
done
is 'nobody else was touched' "$bystander" "$(uid configmap/bystander)"

versions >before
status 'then there is nothing to do' 0 release
versions >after
same 'and nothing is done' before after

done_testing
