#!/bin/sh
# wait --offline judges the objects as they are in the stream.
. "${0%/*}/../lib.sh"

common_checks wait --offline

job() { # job NAME CONDITION...
	jq -cn --arg name "$1" --arg type "$2" '{apiVersion: "batch/v1",
	    kind: "Job", metadata: {name: $name, namespace: "n"},
	    status: {startTime: "2026-11-21T00:00:00Z", active: 1,
	    conditions: [{type: $type, status: "True", reason: "R",
	    message: "why"}]}}'
}

job good Complete >good
job bad Failed >bad
job slow Suspended >slow

status 'all that is healthy is well' 0 wait --offline <good
json 'and is said in the record' '["current","Complete",0]' \
	'select(.wait) | [.wait.status, .wait.reason, .wait.seconds]' out
ok 'without a word on standard error' [ ! -s err ]

cat good slow bad >three
status 'a failure is status 5' 5 wait --offline <three
json 'each object has its verdict' '["current","inProgress","failed"]' \
	'[., inputs | select(.wait).wait.status]' out
cat good slow >two
status 'what is not healthy yet is status 6' 6 wait --offline <two

status 'text is one line an object' 5 wait --offline -o text <three
cat >want <<'E'
Job/n/good: current: complete: 0 succeeded
Job/n/slow: inProgress: running: 1 active, 0 succeeded, 0 failed
Job/n/bad: failed: why
E
same 'and nothing else' want out

cat >pod <<'E'
{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"status":{"phase":"Failed"}}
E
status 'a failed Pod has failed' 5 wait --offline <pod
status 'which kstatus calls current' 0 wait --offline --strict=kstatus <pod

jq -s '{apiVersion: "v1", kind: "List", items: .}' three >list
status 'a List is taken apart' 5 wait --offline <list
is 'into one record each' 3 "$(grep -c '"type":"object"' out)"

# What a stage waits for.
stage() { # stage SPEC: a stream of that stage with two Jobs
	cat <<-E
		{"type":"begin","tool":"render","stream":1}
		{"type":"stage","stage":"n/s","spec":$1}
		{"type":"object","stage":"n/s","object":$(cat good)}
		{"type":"object","stage":"n/s","object":$(cat bad)}
		{"type":"end","tool":"render","stages":1,"objects":2}
	E
}
stage '{"wait":true}' >s
status 'with spec.wait every object counts' 5 wait --offline <s
stage '{}' >s
status 'without it none does' 0 wait --offline <s
unlike 'and none gets a verdict' '"wait":\{"status' out
is 'but all pass on' 2 "$(grep -c '"type":"object"' out)"
status 'unless all are asked for' 5 wait --offline --all <s
stage '{"healthChecks":[{"apiVersion":"batch/v1","kind":"Job","name":"good","namespace":"n"}]}' >s
status 'health checks choose' 0 wait --offline <s
is 'what is judged' 1 "$(grep -c '"wait":{' out)"
stage '{"healthChecks":[{"apiVersion":"batch/v1","kind":"Job","name":"bad"}]}' >s
status 'in the namespace of the stage where they name none' 5 wait --offline <s
stage '{"wait":true,"healthChecks":[{"kind":"Job"}]}' >s
status 'and do not matter under spec.wait' 5 wait --offline <s
stage '{"healthChecks":[{"kind":"Job","name":"x"}]}' >s
status 'one without an apiVersion is bad input' 2 wait --offline <s
like 'and said with its stage' '^wait: stage n/s: spec.healthChecks: ' err
stage '{"wait":true,"timeout":"soon"}' >s
status 'a timeout that is none is bad input' 2 wait --offline <s
like 'and is named' "^wait: Job/n/good: the stage's timeout: soon is not a duration" err

# What is not waited for.
echo "{\"type\":\"object\",\"object\":$(cat bad),\"apply\":{\"action\":\"skipped\"}}" >s
status 'a skipped object does not count' 0 wait --offline <s
echo "{\"type\":\"object\",\"object\":$(cat bad),\"apply\":{\"action\":\"deleted\"}}" >s
status 'nor one that was deleted' 0 wait --offline <s

# Streams that are not whole.
stage '{"wait":true}' | sed '$d' >s
status 'a stream that ends early is not healthy' 2 wait --offline <s
like 'and is said' '^wait: standard input: the stream ends early' err
is 'its records pass on' 2 "$(grep -c '"type":"object"' out)"
unlike 'without an end of our own' '"type":"end"' out
cat >s <<E
{"type":"object","object":$(cat good),"error":{"tool":"apply","reason":"Invalid","message":"no","status":422}}
{"type":"object","object":$(cat bad)}
E
status 'what an earlier tool was refused is status 4' 4 wait --offline <s
like 'and is said' '^wait: apply failed on 1 object' err
is 'nothing has failed then' 0 "$(grep -c '"status":"failed"' out)"

# Keys that nobody knows pass through as they came.
echo '{"type":"object","zz":1.50,"object":'"$(cat good)"',"aa":{"b":[]}}' >s
status 'unknown keys' 0 wait --offline <s
like 'stay as they were' '^\{"type":"object","zz":1.50,"object":.*,"aa":\{"b":\[\]\},"wait":\{' out
echo '{"type":"note","text":"x"}' >s
status 'unknown types' 0 wait --offline <s
like 'pass on' '^\{"type":"note","text":"x"\}$' out

status 'an argument is wrong usage' 2 wait --offline x
status 'so is a duration that is none' 2 wait --timeout 5
status 'and something else to wait for' 2 wait --for better
status 'and another strictness' 2 wait --strict=argo
status 'and an offline end of objects' 2 wait --offline --for deleted

done_testing
