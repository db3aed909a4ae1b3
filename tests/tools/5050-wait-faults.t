#!/bin/sh
# wait: the verdict stays right whatever the network does to its requests.  The
# faults are drawn at random from seeds that are printed; FAULT_RUNS says how
# many runs, FAULT_SEED where to begin.
. "${0%/*}/../lib.sh"
need_cluster
need_tool jq kubectl faultproxy
new_namespace

objects() { # objects SUFFIX EXIT READY-AFTER: a Job and a Deployment
	{ job "job$1" "$2" && echo --- && deployment "web$1" "$3"; } |
	    kubectl create -o json -f -
}

# The time is up even when the server says nothing at all.
printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}' >map
proxy '* * * hang'
status 'a server that hangs is not waited for longer than asked' 6 \
    wait --kubeconfig kc --timeout 1s <map
like 'the limit is named' '^wait: ConfigMap/.*--timeout' err
unlike 'and nothing was heard of it' inProgress err

proxy 'GET watch=true * body=9000'
objects a 0 1h >s
held weba --kubeconfig kc --timeout 120s
is 'watches that are cut again and again' 0 "$rc"
ok 'and they were' [ "$(grep -c 'watch=true.*body=9000' log)" -gt 2 ]
unlike 'nothing is said of it' 'cut|connection|error' err

proxy 'GET watch=true * delay=300' 'GET jobs 1-2 status=503' 'GET deployments 1 before'
objects b 0 1s >s
status 'a server that is late, busy and gone' 0 wait --kubeconfig kc --timeout 120s <s

proxy 'GET watch=true 1-3 gone=expired'
objects c 0 1h >s
expire() {
	eventually 60 grep -q "Deployment/.*: inProgress" err && touch expired
}
: >err
expire &
held webc --kubeconfig kc --timeout 120s
is 'a version that the server has forgotten' 0 "$rc"

proxy 'GET watch=true * status=403'
objects d 0 1h >s
held webd --kubeconfig kc --timeout 120s
is 'who may list and not watch' 0 "$rc"
is 'is told so, once for Jobs and once for Deployments' 2 \
    "$(grep -c 'a fault on purpose, so the list is read every 2 s$' err)"
ok 'asks again and again' [ "$(grep -c 'GET .*/deployments?.*limit' log)" -gt 1 ]

proxy 'GET /log * hang' 'GET /events * hang'
objects e 1 1h >s
start=$(date +%s)
status 'evidence that can not be had' 5 wait --kubeconfig kc --timeout 120s <s
ok 'does not keep the verdict' [ $(($(date +%s) - start)) -lt 20 ]
like 'and what can be had is there' 'container c: exit code 1' err

seed=${FAULT_SEED:-1}
last=$((seed + ${FAULT_RUNS:-3}))
while [ "$seed" -lt "$last" ]; do
	proxy -seed "$seed" -rate 30
	objects "g$seed" 0 500ms >s
	run wait --kubeconfig kc --timeout 20s <s
	case $rc in
	0 | 3 | 6) t_end=known ;;
	*) t_end="status $rc" ;;
	esac
	is "seed $seed: no failure is made up" known "$t_end"
	objects "b$seed" 1 500ms >s
	run wait --kubeconfig kc --timeout 20s <s
	case $rc in
	3 | 5 | 6) t_end=known ;;
	*) t_end="status $rc" ;;
	esac
	is "seed $seed: no health is made up" known "$t_end"
	seed=$((seed + 1))
done
done_testing
