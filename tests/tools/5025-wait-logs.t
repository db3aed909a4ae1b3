#!/bin/sh
# wait --logs on real containers: each line of each Job once and in order,
# whatever its length, whatever becomes of connections and of the log's file.
. "${0%/*}/../lib.sh"
need_tool jq faultproxy
need_containers
new_namespace

job() { # job NAME SCRIPT [POD-SPEC]
	jq -n --arg name "$1" --arg script "$2" --argjson pod "${3:-{\}}" '{
	    apiVersion: "batch/v1", kind: "Job", metadata: {name: $name},
	    spec: {backoffLimit: 0, template: {spec: ({
		restartPolicy: "Never", containers: [{name: "c",
		image: "ghcr.io/org/my-app:v1.0.0",
		imagePullPolicy: "IfNotPresent",
		command: ["sh", "-c", $script]}]} + $pod)}}}' |
	    kc create -o json -f -
}
# logged NAME: what was shown of that Job's log; err keeps what else was said
logged() {
	t_line="^wait: Job/$NS/$1: Pod [^:]*: c | "
	sed -n "s,$t_line,,p" err
	grep -v "$t_line" err >others && mv others err
}
# The numbers from 1 to N, with something behind that makes lines longer.
count() { # count N PAUSE-EVERY
	echo "i=0; while [ \$i -lt $1 ]; do i=\$((i+1))
	echo \$i tick tock tick tock tick tock tick tock
	[ \$((i % $2)) -ne 0 ] || sleep 0.1; done; printf end"
}
numbers() { seq "$1" | sed 's/$/ tick tock tick tock tick tock tick tock/'; printf 'end\n'; }

# --- several at once, over connections that break in the middle of a line

proxy 'GET /log 1-9 body=30001'
for name in a b c; do job "$name" "$(count 2000 100)"; done >s
status 'three Jobs at once' 0 wait --kubeconfig kc --logs --timeout 120s <s
numbers 2000 >want
for name in a b c; do
	logged "$name" >got
	same "of $name each line is shown once, to the last" want got
done
ok 'though their streams were cut' \
    [ "$(grep -c '/log?.*body=30001' log)" -ge 3 ]
ok 'and taken up again' grep -q '/log?.*sinceTime=' log

# --- a server that does not answer for a while

proxy 'GET /log 1-3 status=503' 'GET /log 4-5 before'
job away "$(count 200 20)" >s
status 'a log that can not be read at first' 0 \
    wait --kubeconfig kc --logs --timeout 120s <s
numbers 200 >want
logged away >got
same 'is shown whole all the same' want got

proxy 'GET /log * status=403'
job none "$(count 3 1)" >s
status 'one that may not be read' 0 \
    wait --kubeconfig kc --logs --timeout 120s <s
like 'is missing with a word' \
    "^wait: Job/$NS/none: Pod none-[a-z0-9]*: the log of c can't be read: " err

# --- long lines

proxy 'GET /log 1 body=300000' 'GET /log 2 body=900000'
job long 'echo before; head -c 1000000 /dev/zero | tr "\0" x; echo; echo; echo after
    sleep 1; echo end' >s
status 'a line of a million bytes' 0 wait --kubeconfig kc --logs --timeout 120s <s
{
	echo before
	head -c 1000000 /dev/zero | tr '\0' x
	printf '\n\nafter\nend\n'
} >want
logged long >got
ok 'is shown whole, and once' cmp want got

# --- a log that is rotated, as kubelet.sh has it, at 2 MiB

job rotated 'echo 0; until [ -e /go ]; do sleep 0.1; done
    pad=$(printf "%01000d" 0); i=0; while [ $i -lt 5000 ]; do i=$((i+1))
    echo $i $pad; [ $((i % 50)) -ne 0 ] || sleep 0.08; done' >s
background sh -c 'exec env wait --logs --report report --timeout 120s \
    <s >out 2>err'
pid=$!
# What is rotated away before it is read can't be had any more.
ok 'a log is followed' eventually 60 grep -q 'c | 0$' err
kc exec job/rotated -- touch /go
rc=0
command wait "$pid" || rc=$?
is 'which is rotated' 0 "$rc"
logged rotated | sed 's/ 0*$//' >got
seq 0 5000 >want
same 'is shown whole' want got
files=$(find "${TEST_CONTAINERS%/*}/pod-logs" -path "*_rotated-*/c/*" | wc -l)
ok 'and it was' [ "$files" -gt 1 ]
sed 's/ 0*$//' "report/Job_${NS}_rotated/logs"/*_c.log >got
same 'the report has all of it too' want got

# --- the report of what failed

job fails 'echo one; echo; echo "three "; exit 3' '{"initContainers": [{
    "name": "init", "image": "ghcr.io/org/my-app:v1.0.0",
    "imagePullPolicy": "IfNotPresent", "command": ["echo", "zero"]}]}' >s
printf 'one\n\nthree \n' >want
status 'a Job that fails' 5 wait --report plain --timeout 120s <s
same 'its whole log is in the report' want "$(echo "plain/Job_${NS}_fails/logs"/*_c.log)"
is 'and that of its init container' zero \
    "$(cat "plain/Job_${NS}_fails/logs"/*_init.log)"
json 'nothing is missing' '[3,null]' \
    '[.evidence.pods[0].containers[0].exitCode, .missing]' \
    "plain/Job_${NS}_fails/evidence.json"
kc delete job fails >/dev/null
job fails 'echo one; echo; echo "three "; exit 3' >s
status 'the same while it is followed' 5 \
    wait --logs --report followed --timeout 120s <s
same 'is there once' want "$(echo "followed/Job_${NS}_fails/logs"/*_c.log)"
json 'in a folder that the summary names' "[\"Job_${NS}_fails\"]" \
    '[.objects[].folder]' followed/summary.json
done_testing
