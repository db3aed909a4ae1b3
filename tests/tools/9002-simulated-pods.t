#!/bin/sh
# What the annotations of a simulated Pod do; other tests lean on them.
. "${0%/*}/../lib.sh"
need_cluster
new_namespace

# workload NAME KIND VERSION ANNOTATION: a Job or a Deployment whose Pods have it
workload() {
	restart=Always spec="selector: {matchLabels: {app: $1}}"
	if [ "$2" = Job ]; then
		restart=Never spec='backoffLimit: 0'
	fi
	kc apply -f - <<-Y
		apiVersion: $3
		kind: $2
		metadata: {name: $1}
		spec:
		  $spec
		  template:
		    metadata:
		      labels: {app: $1}
		      annotations: {$4}
		    spec:
		      restartPolicy: $restart
		      containers: [{name: app, image: "ghcr.io/org/my-app:v1.0.0"}]
	Y
}

pod() { kc get pods -l "app=$1" -o jsonpath="{.items[0].status.$2}"; }

waits() { [ "$(pod waits 'containerStatuses[0].state.waiting.reason')" = \
    ImagePullBackOff ]; }

workload works Job batch/v1 '' >/dev/null
workload fails Job batch/v1 'test/exit: "3"' >/dev/null
workload slow Job batch/v1 'test/run-for: 1s' >/dev/null
workload waits Deployment apps/v1 'test/waiting: ImagePullBackOff' >/dev/null
workload ready Deployment apps/v1 'test/ready-after: 1s' >/dev/null
status 'a Job completes' 0 \
    kc wait --for=condition=complete job/works --timeout=30s
status 'or fails' 0 kc wait --for=condition=failed job/fails --timeout=30s
is 'with the exit code that was asked for' 3 \
    "$(pod fails 'containerStatuses[0].state.terminated.exitCode')"
status 'or takes its time' 0 \
    kc wait --for=condition=complete job/slow --timeout=30s
ok 'a Pod waits for its image' eventually 30 waits
status 'a Deployment becomes available' 0 \
    kc rollout status deployment/ready --timeout=30s

done_testing
