#!/bin/sh
# wait on what real containers do: exit codes, logs, images that do not exist.
. "${0%/*}/../lib.sh"
need_containers
new_namespace

image=ghcr.io/org/my-app:v1.0.0

# edited FILTER KIND ARGUMENT...: the object made by job or deployment, changed
edited() {
	t_filter=$1
	shift
	DRY=--dry-run=client
	"$@" >plain
	DRY=
	jq "$t_filter" plain | kc create -o json -f -
}

job() { # job NAME SCRIPT
	# shellcheck disable=SC2086 # an option or none
	kc create ${DRY-} -o json -f - <<-E
		apiVersion: batch/v1
		kind: Job
		metadata: {name: $1}
		spec:
		  backoffLimit: 0
		  template:
		    spec:
		      restartPolicy: Never
		      initContainers:
		      - name: prepare
		        image: $image
		        imagePullPolicy: IfNotPresent
		        command: [sh, -c, echo prepared]
		      containers:
		      - name: migrate
		        image: $image
		        imagePullPolicy: IfNotPresent
		        command: [sh, -c, "$2"]
	E
}

deployment() { # deployment NAME IMAGE CONTAINER-FIELD
	# shellcheck disable=SC2086 # an option or none
	kc create ${DRY-} -o json -f - <<-E
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: $1}
		spec:
		  selector: {matchLabels: {app: $1}}
		  template:
		    metadata: {labels: {app: $1}}
		    spec:
		      containers:
		      - name: c
		        image: $2
		        imagePullPolicy: IfNotPresent
		        command: [sh, -c, sleep 1000]
		        $3
	E
}

job bad 'i=0; while [ $i -lt 30 ]; do echo line $i; i=$((i+1)); done; echo why >/dev/termination-log; exit 3' >s
status 'a Job fails' 5 wait --timeout 120s <s
like 'its exit code and its own words are said' \
	"^wait: Job/$NS/bad: Pod bad-[a-z0-9]+: container migrate: exit code 3 \(Error\): why$" err
like 'and the last lines of its log' \
	"^wait: Job/$NS/bad: Pod bad-[a-z0-9]+: migrate \| line 29$" err
unlike 'but not the first ones' 'migrate \| line 9$' err
is 'it is said once why it failed' 1 \
    "$(grep -v inProgress err | grep -c 'reached the specified backoff limit')"
json 'the event is there for programs' '"Job/bad"' 'select(.wait).wait.evidence
    .events[] | select(.reason == "BackoffLimitExceeded").object' out
json 'for programs too' '[3,20,"line 10","line 29"]' \
	'select(.wait).wait.evidence.pods[0].containers[0]
	 | [.exitCode, (.log | length), .log[0], .log[-1]]' out

edited '.spec.backoffLimit = 6' job again 'echo not yet; exit 3' >s
status 'a Job that is tried again' 6 wait --timeout 9s <s
sed '/not healthy/,$d' err >early
like 'says that it failed when it did, not when its time is up' \
	"^wait: Job/$NS/again: failed (once|2 times), is tried up to [56] times more$" early
like 'how it ended' 'Pod again-[a-z0-9]+: container migrate: exit code 3 \(Error\)' early
like 'and what it said' 'Pod again-[a-z0-9]+: migrate \| not yet$' early
edited '.spec.template.spec.restartPolicy = "OnFailure" | .spec.backoffLimit = 6' \
	job same 'echo not yet; exit 3' >s
status 'one that is tried in the same Pod' 6 wait --timeout 9s <s
sed '/not healthy/,$d' err >early
like 'says so as well' "^wait: Job/$NS/same: failed (once|2 times), is tried up to" early
like 'with its log' 'Pod same-[a-z0-9]+: migrate \| not yet$' early
edited '.spec.backoffLimit = 1' job twice 'echo not yet; exit 3' >s
status 'the last try is one no more' 5 wait --logs --timeout 60s <s
is 'the first failure is said' 1 \
    "$(grep -c 'failed once, is tried up to 1 time more$' err)"
is 'and the last one as the verdict alone' '0 1' \
    "$(grep -c 'failed 2 times' err) $(grep -c ': failed: BackoffLimitExceeded' err)"
is 'with --logs no line of a log is shown twice' 2 "$(grep -c '| not yet$' err)"

job good 'echo one; sleep 1; echo two' >s
status 'a Job completes' 0 wait --logs --timeout 120s <s
sed -n 's/^.*: \([a-z]*\) | /\1 /p' err >got
cat >want <<'E'
prepare prepared
migrate one
migrate two
E
same 'its logs were shown as they came, each line once' want got
{
	printf '{"type":"object","apply":{"action":"created"},"object":'
	jq -c . <s | tr -d '\n'
	echo '}'
} >s1
status 'a Job that was over before' 0 wait --logs --timeout 120s <s1
sed -n 's/^.*: \([a-z]*\) | /\1 /p' err >got
same 'still has its logs shown' want got
sed 's/"created"/"unchanged"/' s1 >s2
status 'but for one that apply found as it is' 0 wait --logs --timeout 120s <s2
unlike 'there is nothing to show' ' \| ' err

edited '.spec.template.spec.containers[0] += {
	command: ["sh", "-c", "echo no such file; exit 2"],
	readinessProbe: {exec: {command: ["true"]}, initialDelaySeconds: 100}}' \
    deployment crash "$image" 'stdin: false' >s
status 'a crash loop fails its rollout' 5 \
    wait --crashes 1 --timeout 120s <s
like 'and says how often' \
    "failed: CrashLoopBackOff: Pod crash-[a-z0-9-]*: container c crashed" err
like 'how its container ended' \
    'Pod crash-.*: container c: exit code 2 \(Error\), restarted [1-9]' err
like 'and what that said' 'Pod crash-.*: c \| no such file$' err

edited '.spec.template.spec.initContainers[0].command = ["sh", "-c",
	"echo no database; exit 4"]' job init 'true' >s
status 'an init container that fails' 5 wait --timeout 120s <s
like 'is said to be one' \
    'Pod init-.*: init container prepare: exit code 4 \(Error\)' err
like 'with its log' 'Pod init-.*: prepare \| no database$' err
unlike 'and the one that waits for it is not at fault' 'container migrate' err

ttl='.spec.ttlSecondsAfterFinished = 0'
edited "$ttl" job gone 'echo done' >s
status 'a Job that goes when it is complete' 0 wait --timeout 120s <s
edited "$ttl" job gonebad 'echo broken; exit 7' >s
status 'one that goes when it has failed' 5 wait --timeout 120s <s
like 'is said to have' "^wait: Job/$NS/gonebad: failed: BackoffLimitExceeded" err

deployment noconfig "$image" 'envFrom: [{configMapRef: {name: nope}}]' >s
status 'a rollout without its configuration fails' 5 wait --timeout 120s <s
like 'and says what is missing' "failed: CreateContainerConfigError: .*configmap \"nope\" not found" err
deployment noimage localhost:1/nope:v1 'stdin: false' >s
status 'so does one without its image' 5 wait --timeout 120s <s
like 'and says which' 'failed: ImagePullBackOff: .*localhost:1/nope:v1' err
deployment noprobe "$image" 'readinessProbe: {exec: {command: ["false"]}, periodSeconds: 1}' >s
status 'one that never gets ready is out of time' 6 wait --timeout 8s <s
like 'and shows the probe' 'event of Pod/noprobe-.*: Unhealthy: Readiness probe failed' err

done_testing
