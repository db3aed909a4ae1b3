#!/bin/sh
# diff-immutable: trouble with the server is never taken for a fault of an
# object, whatever status the trouble has.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy
need_cluster
new_namespace
{ config a 1 && job j a:1; } | stage "$NS/app" '{}' >in
run apply <in
{ config a 2 && job j a:2; } | stage "$NS/app" '{}' >in

for f in status=401 status=429 status=429,9 status=500 status=503 \
    status=504 late=504 before body=1 reset; do
	proxy "PATCH * * $f"
	status "each trial meets $f" 3 \
	    diff-immutable --kubeconfig kc --request-timeout 1s <in
	json 'and no object is said to need anything' '' \
	    'select(.diff)' out
done
proxy 'PATCH * * hang'
status 'trials that are not answered' 6 \
    diff-immutable --kubeconfig kc --request-timeout 1s <in
for f in status=429 before; do
	proxy "GET * * $f"
	status "reads meet $f" 3 \
	    diff-immutable --kubeconfig kc --request-timeout 1s <in
done

# A default stands in the way, and nothing can be known about going without.
deployment a:1 | stage "$NS/app" '{}' | apply >/dev/null 2>&1
deployment a:1 | jq -c '.spec.strategy = {type: "Recreate"}' |
    stage "$NS/app" '{}' >change
for f in status=503 status=429 body=1; do
	proxy "PATCH deployments/d? 2-999 $f"
	status "the second trial meets $f" 3 \
	    diff-immutable --kubeconfig kc --request-timeout 2s <change
	json 'which is no reason to delete' '' 'select(.diff)' out
done

# A conflict is an answer, but says nothing against the object.
proxy 'PATCH * * status=409'
status 'each trial meets a conflict' 4 \
    diff-immutable --kubeconfig kc --request-timeout 1s <in
json 'which is no reason to delete' '' 'select(.diff)' out

done_testing
