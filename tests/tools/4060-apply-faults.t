#!/bin/sh
# apply: whatever the network and the server do to its requests, the next
# undisturbed run ends where one that was never disturbed would.  The faults are
# drawn at random from seeds that are printed; FAULT_RUNS says how many runs,
# FAULT_SEED where to begin.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy
need_cluster
new_namespace
two_versions

run release one
run release two
state >want
seed=${FAULT_SEED:-1}
last=$((seed + ${FAULT_RUNS:-25}))

# The whole pipeline of a stage, through the proxy.
faulty() {
	{ diff-immutable --kubeconfig kc <two || :; } >plan
	apply --kubeconfig kc <plan >res &&
	    apply --kubeconfig kc --prune <two >res
}

while [ "$seed" -lt "$last" ]; do
	run release one
	proxy -seed "$seed" -rate 20
	run faulty
	case $rc in
	0 | 3 | 4 | 6) t_end=known ;;
	*) t_end="status $rc" ;;
	esac
	is "seed $seed: an end that is documented" known "$t_end"
	if [ "$rc" -eq 0 ]; then
		state >got
		same "seed $seed: it went through" want got
	fi
	run release two
	state >got
	same "seed $seed: the next run mends what is left" want got
	seed=$((seed + 1))
done

done_testing
