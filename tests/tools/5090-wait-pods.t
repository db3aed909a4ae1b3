#!/bin/sh
# wait and the Pods of workloads: those that find no node, and those of the
# revision before.
. "${0%/*}/../lib.sh"
need_cluster
need_tool jq
new_namespace

# workload KIND NAME ANNOTATION [SPEC [POD-SPEC]]: its Pods are simulated
workload() {
	cat <<-Y
		apiVersion: apps/v1
		kind: $1
		metadata: {name: $2, namespace: $NS}
		spec:
		  selector: {matchLabels: {app: $2}}
		  ${4-}
		  template:
		    metadata: {labels: {app: $2}, annotations: {$3}}
		    spec:
		      ${5-}
		      containers: [{name: c, image: x}]
	Y
}
create() { kubectl apply --server-side -o json -f -; }
stuck='test/waiting: ImagePullBackOff'
waiting() { # waiting NAME: all of its Pods are, and there are some
	kc get pods -l "app=$1" -o json | jq -e '.items != [] and (.items | all(
	    .status.containerStatuses[0].state.waiting.reason ==
	    "ImagePullBackOff"))'
}

workload Deployment nowhere '' '' 'nodeSelector: {no: such-node}' | create >s
status 'a Pod that finds no node in time' 5 \
    wait --unschedulable 1s --timeout 60s <s
like 'fails its rollout, with the words of the scheduler' \
    "^wait: Deployment/$NS/nowhere: failed: Unschedulable: Pod nowhere-.*nodes" err
status 'but has the time that it was given' 6 \
    wait --unschedulable 1h --timeout 2s <s

workload StatefulSet set "$stuck" | create >s
ok 'a StatefulSet is stuck' eventually 60 waiting set
status 'by its Pod' 5 wait --timeout 60s <s
workload StatefulSet set 'test/ready-after: 1h' | create >s
status 'the Pod of the revision before says nothing' 6 wait --timeout 2s <s
kc delete pod set-0 --wait=false >/dev/null
status 'nor does the new one, while it starts' 6 wait --timeout 2s <s

workload DaemonSet daemon "$stuck" 'updateStrategy: {type: OnDelete}' | create >s
ok 'a DaemonSet is stuck' eventually 60 waiting daemon
status 'by its Pod' 5 wait --timeout 60s <s
workload DaemonSet daemon 'test/ready-after: 1h' \
    'updateStrategy: {type: OnDelete}' | create >s
status 'the Pod of the revision before says nothing' 6 wait --timeout 2s <s
workload DaemonSet daemon "$stuck, x: z" 'updateStrategy: {type: OnDelete}' |
    create >s
kc delete pod -l app=daemon --wait=false >/dev/null
status 'a new one that is stuck does' 5 wait --timeout 60s <s
done_testing
