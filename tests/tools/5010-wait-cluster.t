#!/bin/sh
# wait on a real API server, with simulated Pods.
. "${0%/*}/../lib.sh"
need_cluster
new_namespace

create() { kubectl create -o json -f -; }

{ job good 0 && echo --- && deployment web 1h 2; } | create >s
held web --timeout 120s
is 'a Job and a rollout become healthy' 0 "$rc"
json 'each in its record' '["current","current"]' \
	'[., inputs | select(.wait).wait.status]' out
ok 'the rollout took its time' \
	jq -se '[.[] | select(.object.kind == "Deployment").wait.seconds > 0] | all' out
like 'what moved is said' "^wait: Deployment/$NS/web: inProgress: 0 of 2 replicas" err
like 'and its end' "^wait: Deployment/$NS/web: current after " err
status 'what is healthy already is passed at once' 0 wait --timeout 0 <s
ok 'without a word' [ ! -s err ]

{ job bad 1 && echo --- && deployment never 1h 2; } | create >s
status 'a failed Job ends it at once' 5 wait --timeout 120s <s
like 'with its reason' "^wait: Job/$NS/bad: failed: BackoffLimitExceeded: " err
like 'and its container' "^wait: Job/$NS/bad: Pod bad-[a-z0-9]+: container c: exit code 1 \(Error\)" err
json 'for programs too' '[1,"c","Failed"]' 'select(.wait.evidence).wait.evidence
	| [.pods[0].containers[0].exitCode, .pods[0].containers[0].name,
	   .conditions[-1].type]' out
json 'the other one is not healthy' false \
	'select(.object.metadata.name == "never").wait.status == "current"' out

grep -v '^$' s | jq -c 'select(.kind == "Deployment")' >never
status 'time is up' 6 wait --timeout 500ms <never
like 'and it is said what ended it' "^wait: Deployment/$NS/never: not healthy after 500ms \(--timeout\): inProgress: 0 of 2 replicas" err
status 'the first look decides with no time at all' 6 wait --timeout 0 <never
status 'a heartbeat' 6 wait --heartbeat 300ms --timeout 2s <never
like 'says again and again what is waited for, and for how long' \
    "^wait: Deployment/$NS/never: still inProgress: 0 of 2 .*, for [0-9.]*m?s$" err
ok 'while nothing changes' [ "$(grep -c ': still ' err)" -ge 2 ]
status 'which there may be none of' 6 wait --heartbeat 0 --timeout 1s <never
unlike 'then nothing is said' ': still ' err
status 'by default the first one comes later' 6 wait --timeout 1s <never
unlike 'than after a second' ': still ' err
status 'silence ends it too' 6 wait --no-activity-timeout 700ms <never
like 'and is named' 'not healthy after 700ms \(--no-activity-timeout\)' err
cat >s <<E
{"type":"stage","stage":"n/s","spec":{"wait":true,"timeout":"400ms"}}
{"type":"object","stage":"n/s","object":$(cat never)}
E
status "a stage's own time" 6 wait <s
like 'is said to be it' "not healthy after 400ms \(the stage's timeout\)" err
jq -c '.metadata.annotations["poundlock/timeout"] = "300ms"' <never >s
status "an object's own time comes first" 6 wait --timeout 60s <s
like 'and is named' 'not healthy after 300ms \(annotation poundlock/timeout\)' err
cat >s <<E
{"type":"stage","stage":"n/s","spec":{"timeout":"400ms","healthChecks":[
{"apiVersion":"apps/v1","kind":"Deployment","name":"never","namespace":"$NS"}]}}
E
tr -d '\n' <s >s1
status 'a health check need not be in the stream' 6 wait <s1
json 'and gets a record' '["n/s","inProgress"]' \
	'select(.type == "check") | [.stage, .wait.status]' out
unlike 'the stream does not count as whole then' '"type":"end"' out

# A Job that was there and went, by itself or not.
job ttl 0 'ttlSecondsAfterFinished: 0' | create >s
ok 'the server removes a Job that is done' \
	eventually 20 sh -c '! kubectl -n "$1" get job ttl' - "$NS"
status 'its success is found in the history' 0 wait --timeout 60s <s
json 'and said' '["Complete","complete: 1 succeeded, and was removed since"]' \
	'select(.wait).wait | [.reason, .message]' out
job ttlbad 1 'ttlSecondsAfterFinished: 0' | create >s
ok 'the server removes a Job that failed' \
	eventually 20 sh -c '! kubectl -n "$1" get job ttlbad' - "$NS"
status 'its failure is found too' 5 wait --timeout 60s <s
like 'with its reason' "^wait: Job/$NS/ttlbad: failed: BackoffLimitExceeded" err
jq -c '.metadata.resourceVersion = null' <s >s1
status 'without a version to look from it has vanished' 5 wait --timeout 60s <s1
like 'and that is said' "^wait: Job/$NS/ttlbad: failed: Vanished: " err
job stopped 0 'parallelism: 0' | create >s
kc delete job stopped >/dev/null
status 'a Job that somebody deleted has failed' 5 wait --timeout 60s <s
like 'and that is said' "^wait: Job/$NS/stopped: failed: Deleted: " err
job stopped 0 'parallelism: 0' | create >/dev/null
status 'so has one that was replaced' 5 wait --timeout 60s <s
like 'by another' "^wait: Job/$NS/stopped: failed: Replaced: " err

# Pods that can't start, as the kubelet would report them.
deployment stuck 1h 2 | create >s
ok 'there is a Pod' eventually 20 sh -c \
	'[ "$(kubectl -n "$1" get pod -l app=stuck -o name | wc -l)" -eq 2 ]' - "$NS"
pod=$(kc get pod -l app=stuck -o name | head -n 1)
kc patch "$pod" --subresource status --type merge -p '{"status":{"containerStatuses":[
{"name":"c","image":"x","imageID":"","ready":false,"restartCount":0,"state":{"waiting":
{"reason":"ImagePullBackOff","message":"Back-off pulling image x"}}}]}}' >/dev/null
status 'a Pod that can not start fails its rollout' 5 wait --timeout 60s <s
like 'with its reason' "^wait: Deployment/$NS/stuck: failed: ImagePullBackOff: Pod stuck-[a-z0-9-]+: container c: Back-off pulling image x" err
status 'which kstatus does not see' 6 wait --timeout 1s --strict=kstatus <s
kc patch deployment stuck -p '{"spec":{"template":{"metadata":{"annotations":{"test/ready-after":"1h","x":"2"}}}}}' >/dev/null
kc rollout pause deployment stuck >/dev/null 2>&1
kc get deployment stuck -o json | jq -c . >s
ok 'a new revision' eventually 20 sh -c \
	'[ "$(kubectl -n "$1" get rs -l app=stuck -o name | wc -l)" -eq 2 ]' - "$NS"
status 'is not judged by the Pods of the old one' 6 wait --timeout 1500ms <s

# Other objects.
cat >s <<E
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"nobody"}}
E
status 'what is not there is waited for' 6 wait -n "$NS" --timeout 300ms <s
json 'and not found' '"notFound"' 'select(.wait).wait.status' out
echo '{"apiVersion":"a.example/v1","kind":"Thing","metadata":{"name":"x"}}' >s
status 'so is an object of a kind that is not there' 6 wait --timeout 300ms <s
json 'with that reason' '["notFound","NoKind"]' 'select(.wait).wait | [.status, .reason]' out

# Until they are gone.
job gone 0 'parallelism: 0' | create >s
status 'what is still there is not gone' 6 wait --for deleted --timeout 300ms <s
like 'and that is said' "^wait: Job/$NS/gone: not gone after 300ms" err
kc delete job gone --wait=false >/dev/null
status 'what is gone is gone' 0 wait --for deleted --timeout 60s <s
json 'in its record' '"notFound"' 'select(.wait).wait.status' out

# The server.
sed 's/127\.0\.0\.1:[0-9]*/127.0.0.1:1/' "$KUBECONFIG" >nobody.conf
status 'no server is status 3' 3 wait --kubeconfig nobody.conf \
	--request-timeout 1s <s
like 'and is said' '^wait: https://127\.0\.0\.1:1: ' err
: >empty
status 'with nothing to wait for it is not asked' 0 wait --kubeconfig nobody.conf <empty
status 'who may see nothing is told so' 3 wait --as nobody --timeout 5s <never
like 'in the words of the server' 'User "nobody" cannot get resource "deployments"' err
kc create role one --verb get --resource deployments --resource-name never >/dev/null
kc create rolebinding one --role one --user nobody >/dev/null
status 'who may not list reads each object' 6 wait --as nobody --timeout 1s <never
like 'and is told so' 'cannot list resource "deployments".* so each object is read' err
like 'and that Pods are out of sight' 'cannot list resource "pods".* so nobody sees' err
done_testing
