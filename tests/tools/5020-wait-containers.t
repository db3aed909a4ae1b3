#!/bin/sh
# wait on what real containers do: exit codes, logs, images that do not exist.
. "${0%/*}/../lib.sh"
need_containers
new_namespace

image=ghcr.io/org/my-app:v1.0.0

job() { # job NAME SCRIPT
	kc create -o json -f - <<-E
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
	kc create -o json -f - <<-E
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
json 'for programs too' '[3,20,"line 10","line 29"]' \
	'select(.wait).wait.evidence.pods[0].containers[0]
	 | [.exitCode, (.log | length), .log[0], .log[-1]]' out

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
