#!/bin/sh
# What the test library offers on a cluster.
. "${0%/*}/../lib.sh"
need_cluster

new_namespace
first=$NS
new_namespace
ok 'two namespaces are two' [ "$first" != "$NS" ]
status 'a Pod can be created at once' 0 \
    kc run x --image=ghcr.io/org/my-app:v1.0.0 --restart=Never
status 'and is seen there' 0 kc get pod x -o name
is 'by its name' pod/x "$(cat out)"
status 'and becomes ready' 0 kc wait --for=condition=Ready pod/x --timeout=30s

done_testing
