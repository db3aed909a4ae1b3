#!/bin/sh
# wait by a stage's healthCheckExprs, as Flux judges with them.
. "${0%/*}/../lib.sh"

# stream EXPRS OBJECT: a stage that waits for the object by these expressions.
stream() {
	jq -cn --argjson exprs "$1" --argjson object "$2" '
	    {type: "begin", tool: "render", stream: 1},
	    {type: "stage", stage: "n/s", spec: {wait: true, healthCheckExprs: $exprs}},
	    {type: "object", stage: "n/s", object: $object},
	    {type: "end", tool: "render", stages: 1, objects: 1}' >s
}
exprs='[{"apiVersion":"x.example/v1","kind":"Thing",
    "inProgress":"has(status.busy) && status.busy",
    "failed":"status.phase == '\''Broken'\''",
    "current":"status.phase == '\''Done'\''"}]'
thing() { # thing STATUS [VERSION [KIND]]
	printf '{"apiVersion":"x.example/%s","kind":"%s","metadata":{"name":"x","namespace":"n","generation":2},"status":%s}' \
	    "${2:-v1}" "${3:-Thing}" "$1"
}
judged() { # judged WHAT STATUS VERDICT REASON OBJECT [EXPRS]
	stream "${6:-$exprs}" "$5"
	status "$1" "$2" wait --offline <s
	json 'is the verdict' "[\"$3\",\"$4\"]" \
	    'select(.wait).wait | [.status, .reason]' out
}

judged 'current' 0 current CurrentExpr "$(thing '{"phase":"Done"}')"
judged 'failed' 5 failed FailedExpr "$(thing '{"phase":"Broken"}')"
json 'names its expression' \
    "\"healthCheckExprs[0].failed is true: status.phase == 'Broken'\"" \
    'select(.wait).wait.message' out
judged 'inProgress comes first' 6 inProgress InProgressExpr \
    "$(thing '{"phase":"Broken","busy":true}')"
judged 'none of them' 6 inProgress NotCurrentExpr "$(thing '{"phase":"x"}')"
judged 'a field that is missing' 6 unknown ExprError "$(thing '{}')"
json 'is named with its place' \
    '"healthCheckExprs[0].failed: 1:7: no such key: phase"' \
    'select(.wait).wait.message' out
judged 'another generation was seen' 6 inProgress LatestGenerationNotObserved \
    "$(thing '{"phase":"Done","observedGeneration":1}')"
judged 'a generation that is no number counts for nothing' 0 current \
    CurrentExpr "$(thing '{"phase":"Done","observedGeneration":"1"}')"
judged 'another version is the same kind' 0 current CurrentExpr \
    "$(thing '{"phase":"Done"}' v2)"
judged 'another kind is judged as ever' 0 current '' \
    "$(thing '{"phase":"Broken"}' v1 Other)"
judged 'a result that is no bool' 6 unknown ExprError "$(thing '{"phase":1}')" \
    '[{"apiVersion":"x.example/v1","kind":"Thing","current":"status.phase"}]'
group='[{"apiVersion":"x.example/v1","current":"false"},
    {"apiVersion":"x.example/v1","kind":"Thing","current":"true"}]'
judged 'an entry for a kind goes before the group' 0 current CurrentExpr \
    "$(thing '{}')" "$group"
judged 'which is for all others' 6 inProgress NotCurrentExpr \
    "$(thing '{}' v1 Other)" "$group"
judged 'built-in kinds too' 0 current CurrentExpr \
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}}' \
    '[{"apiVersion":"apps/v1","kind":"Deployment","current":"metadata.name == \"d\""}]'
judged 'but not a Job' 5 failed JobFailed \
    '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"status":{"startTime":"2026-11-21T00:00:00Z","conditions":[{"type":"Failed","status":"True"}]}}' \
    '[{"apiVersion":"batch/v1","kind":"Job","current":"true"}]'

secret='{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"aHVzaA=="}}'
judged 'what a Secret holds is not said' 6 unknown ExprError "$secret" \
    '[{"apiVersion":"v1","kind":"Secret","current":"int(data.k) == 1"}]'
json 'but that it is wrong' '"healthCheckExprs[0].current: can'"'"'t be evaluated"' \
    'select(.wait).wait.message' out

wrong() { # wrong EXPRS MESSAGE
	stream "$1" "$(thing '{}')"
	status "wrong: $2" 2 wait --offline <s
	like 'is refused' "^wait: stage n/s: spec\.healthCheckExprs\[$2" err
}
wrong '[{"apiVersion":"a/v1","current":"nope()"}]' '0\]\.current: 1:1: there is no function nope$'
wrong '[{"apiVersion":"a/v1","failed":"true"}]' '0\]\.current: is missing$'
wrong '[{"apiVersion":"a/v1","kind":"K","current":"true"},{"apiVersion":"a/v2","kind":"K","current":"true"}]' \
    '1\]: another entry is for K of a too$'

# On a cluster: any built-in object will do.
if [ -n "${KUBECONFIG-}" ]; then
	new_namespace
	kc create configmap x --from-literal=phase=Start >/dev/null
	stream '[{"apiVersion":"v1","kind":"ConfigMap","failed":"data.phase == '\''Broken'\''","current":"data.phase == '\''Done'\''"}]' \
	    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"'"$NS"'"}}'
	status 'on a cluster it is waited for' 6 wait --timeout 500ms <s
	like 'and said for what' 'inProgress: healthCheckExprs\[0\]\.current is not true yet: data\.phase == '"'Done'" err
	background sh -c "exec env wait --timeout 120s <s >later 2>/dev/null"
	pid=$!
	kc patch configmap x --type merge -p '{"data":{"phase":"Done"}}' >/dev/null
	rc=0
	command wait "$pid" || rc=$?
	is 'until it is true' 0 "$rc"
	json 'which is said' '["current","CurrentExpr"]' 'select(.wait).wait | [.status, .reason]' later
	kc patch configmap x --type merge -p '{"data":{"phase":"Broken"}}' >/dev/null
	status 'or that of a failure is' 5 wait --timeout 60s <s
	like 'which is said' "^wait: ConfigMap/$NS/x: failed: FailedExpr: healthCheckExprs\[0\]\.failed is true" err
fi
done_testing
