#!/bin/sh
# Whatever the network and the server do to the requests of a stage's tools, the
# next undisturbed run ends where one that was never disturbed would, and so
# does a disturbed one that says that it went through.  The faults are drawn at
# random from seeds that are printed; FAULT_RUNS says how many runs, FAULT_SEED
# where to begin, FAULT_JOBS how many at a time.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy
need_cluster

first=${FAULT_SEED:-1}
runs=${FAULT_RUNS:-50}
jobs=${FAULT_JOBS:-8}

# make_version DIR OBJECTS: a chain of one stage, with that in it.
make_version() {
	mkdir -p "$1/app"
	jq -c . | sed 's/^/---\n/' >"$1/app/all.yaml"
	cat >"$1/flux.yaml" <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: app, namespace: $NS}
		spec:
		  interval: 1h
		  path: app
		  prune: true
		  force: true
		  wait: true
		  timeout: 60s
		  sourceRef: {kind: GitRepository, name: app}
	Y
}
secret() {
	printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},'
	printf '"stringData":{"a":"%s"}}\n' "$1"
}
make_versions() {
	{ config keep 1 && config old 1 && secret 1 && job j a:1 &&
		deployment a:1 && reader keep && job gone a:1; } |
		make_version one
	{ config keep 2 && config new 1 && secret 2 && job j a:2 &&
		deployment a:2 && reader keep; } | make_version two
}

# part NAME COMMAND...: of a pipe; its status goes to ./parts.
part() {
	t_part=$1 && shift
	rc=0
	env "$@" 2>"$t_part.err" || rc=$?
	echo "$t_part $rc" >>parts
}

# pipeline VERSION OPTION...: all that a driver does to a stage.  Its status is
# that of the first part that failed.
pipeline() {
	version=$1 && shift
	: >parts
	part render render --flux "$version/flux.yaml" --root "$version" |
		part diff diff-immutable "$@" | part apply apply "$@" |
		part wait wait "$@" | part prune apply --prune "$@" >res
	for part in render diff apply wait prune; do
		rc=$(sed -n "s/^$part //p" parts)
		case $part:$rc in
		*:0 | diff:1) ;;
		*) return "${rc:-126}" ;;
		esac
	done
}

# All that is there, but for what differs between two runs that do the same:
# uids, versions, times, and counts of them.  Who owns fields counts for us.
full_state() {
	kubectl -n "$NS" get \
	    configmap,secret,job,deployment,replicaset,pod,service -o json |
	    jq -Sr '
	    ([.items[] | {key: .metadata.uid, value: .metadata.name}]
		| from_entries) as $names
	    | [.items[]
		| select(.metadata.name != "kube-root-ca.crt")
		| select(.kind != "ReplicaSet")
		| select(.kind != "Pod" or .metadata.deletionTimestamp == null)
		| .metadata.managedFields |= [.[]?
		    | select(.manager == "poundlock") | del(.time)]
		| .metadata.ownerReferences |= [.[]?
		    | [.kind, $names[.uid] // "nobody"]]
		| if .kind == "Pod" then {kind,
			owner: .metadata.ownerReferences,
			image: .spec.containers[0].image,
			phase: .status.phase}
		  else
		    if .kind == "Job" then .spec.selector = null
			| .spec.template.metadata.labels = null
			| .metadata.labels |= (. // {} | with_entries(
			    select(.key | contains("controller-uid") | not)))
		    else . end
		    | del(.metadata["uid", "resourceVersion", "generation",
			"creationTimestamp"],
			.metadata.annotations["deployment.kubernetes.io/revision"],
			.status["observedGeneration", "conditions", "startTime",
			"completionTime"]) end
		| tojson] | sort | .[]'
}

# state_is FILE: at once, or as soon as controllers have done their part.
state_is() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		full_state >got
		cmp -s "$1" got && return
		sleep 0.3
	done
	diff -u "$1" got >>"$2"
	return 1
}

# one_seed N: print its verdict, a word or what is wrong.
one_seed() {
	pipeline one || { echo "the first version failed: $?" && return; }
	rm -f kc
	faultproxy -out kc -seed "$1" -rate $((15 + $1 % 4 * 12)) &
	proxy=$!
	until [ -s kc ]; do sleep 0.05; done
	pipeline two --kubeconfig kc
	rc=$?
	kill "$proxy"
	command wait "$proxy" 2>/dev/null
	case $rc in
	0) state_is want "diff.$1" || { echo "went through, but differs" && return; } ;;
	3 | 4 | 6) cat parts ./*.err >"faulty.$1" ;;
	*) cat parts ./*.err >>"diff.$1" && echo "status $rc" && return ;;
	esac
	pipeline two || {
		cat parts ./*.err >>"diff.$1"
		echo "the next run failed: $?" && return
	}
	state_is want "diff.$1" || { echo "the next run does not mend it" && return; }
	[ "$(kubectl -n "$NS" get configmap bystander -o 'jsonpath={.metadata.uid}')" = \
	    "$(cat bystander)" ] || { echo 'a bystander is gone' && return; }
	echo "mended $rc"
}

# An object that no stage knows but that looks like one of ours.
make_bystander() {
	kubectl -n "$NS" create configmap bystander >/dev/null
	kubectl -n "$NS" label configmap bystander \
	    applyset.kubernetes.io/part-of=applyset-other-v1 >/dev/null
	kubectl -n "$NS" get configmap bystander \
	    -o 'jsonpath={.metadata.uid}' >bystander
}

# worker K: in the namespace of its own, each seed that leaves the remainder K.
worker() {
	make_versions
	make_bystander
	if ! pipeline one || ! pipeline two; then
		cat parts ./*.err >&2
		return
	fi
	full_state >want
	seed=$((first + $1))
	while [ "$seed" -lt $((first + runs)) ]; do
		one_seed "$seed" >"verdict.$seed" 2>"worker.$seed"
		seed=$((seed + jobs))
	done
}

workers=
k=0
while [ "$k" -lt "$jobs" ]; do
	new_namespace
	mkdir "w$k"
	(cd "w$k" && worker "$k") &
	workers="$workers $!"
	k=$((k + 1))
done
for worker in $workers; do command wait "$worker"; done
ok 'the end has all that it should' grep -q '"a:2"' w0/want
ok 'and nothing else' t_unlike '"old"|"gone"' w0/want
n=$first
while [ "$n" -lt $((first + runs)) ]; do
	dir=w$(((n - first) % jobs))
	cat "$dir/diff.$n" "$dir/worker.$n" >err 2>/dev/null
	case $(cat "$dir/verdict.$n") in
	'mended 0' | 'mended 3' | 'mended 4' | 'mended 6') t_end=mended ;;
	*) t_end=$(cat "$dir/verdict.$n") ;;
	esac
	is "seed $n: the end is as it should be" mended "$t_end"
	n=$((n + 1))
done
[ -z "${FAULT_KEEP-}" ] || cp -r "$T_DIR" "$FAULT_KEEP"

done_testing
