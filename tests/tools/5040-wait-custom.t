#!/bin/sh
# wait on custom resources, whose controllers may be late or not there.
. "${0%/*}/../lib.sh"
need_cluster
new_namespace
group=$NS.example

cat >crd <<E
{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.$group"},
"spec":{"group":"$group","scope":"Namespaced","names":{"kind":"Thing","plural":"things"},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":
{"type":"object","properties":{"spec":{"type":"object"},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
E
tr -d '\n' <crd >crd1
trap 'kubectl delete -f crd1 --wait=false >/dev/null 2>&1; t_end' EXIT
thing() { printf '{"apiVersion":"%s/v1","kind":"Thing","metadata":{"name":"x","namespace":"%s"}}\n' "$group" "$NS"; }

# With no controller and no cluster.
{ cat crd1 && echo && thing; } >s
status 'a resource without its status is not healthy' 6 wait --offline <s
json 'and it is said why' '"NoStatus"' \
	'select(.object.kind == "Thing").wait.reason' out
thing >s
status 'where nothing is known of a status it is' 0 wait --offline <s

kubectl create -f crd1 >/dev/null
status 'a definition is waited for' 0 wait --timeout 60s <crd1
ok 'its kind is served' eventually 20 sh -c 'kubectl -n "$1" get "things.$2"' - "$NS" "$group"
thing | kubectl create -o json -f - | jq -c . >s
status 'a resource that nobody has looked at is not healthy' 6 wait --timeout 500ms <s
json 'for want of a status' '["inProgress","NoStatus"]' 'select(.wait).wait | [.status, .reason]' out
status 'which kstatus does not mind' 0 wait --strict=kstatus --timeout 5s <s

ready() { # ready STATUS GENERATION
	kc patch things."$group" x --subresource status --type merge -p '{"status":{"observedGeneration":'"$2"',
	"conditions":[{"type":"Ready","status":"'"$1"'","reason":"R","message":"m"}]}}' >/dev/null
}
ready False 1
status 'not Ready is not healthy' 6 wait --timeout 500ms <s
like 'and its message is said' "^wait: Thing/$NS/x: not healthy after 500ms \(--timeout\): inProgress: m, for " err
background sh -c "exec env wait --timeout 120s <s >later 2>/dev/null"
pid=$!
ready True 0
ready True 1
rc=0
command wait "$pid" || rc=$?
is 'Ready of this generation is what is waited for' 0 "$rc"
json 'and said' '["current","R"]' 'select(.wait).wait | [.status, .reason]' later
kc patch things."$group" x --subresource status --type merge -p '{"status":{"conditions":[
{"type":"Stalled","status":"True","reason":"S","message":"no way"}]}}' >/dev/null
status 'Stalled has failed' 5 wait --timeout 60s <s
like 'and says why' "^wait: Thing/$NS/x: failed: S: no way" err

kubectl delete -f crd1 --wait=false >/dev/null
status 'with its kind a resource is gone' 0 wait --for deleted --timeout 30s <s
status 'and its definition too' 0 wait --for deleted --timeout 30s <crd1
done_testing
