#!/bin/sh
# A run that is ended by a signal leaves nothing running, and the next one goes
# on from there.
. "${0%/*}/lib.sh"
need_tool jq perl
need_cluster
new_namespace
example

# A shell's background jobs ignore INT, so perl gives it back.
# shellcheck disable=SC2016 # perl's own variables
interruptible='$SIG{INT} = "DEFAULT"; exec @ARGV or die'

# interrupted SIGNAL: start a run that can't end, and end it.
interrupted() {
	dir=$(mktemp -d)
	perl -e "$interruptible" poundlock run app/flux --root app \
	    --run-dir "$dir" 2>"$1.err" &
	pid=$!
	eventually 30 grep -q '^wait: Deployment/.*inProgress' "$1.err"
	kill "-$1" "$pid"
	rc=0
	command wait "$pid" || rc=$?
}

# No process has this run's directory in its environment.
none_left() {
	! grep -l "POUNDLOCK_RUN_DIR=$dir" /proc/[0-9]*/environ 2>/dev/null |
		grep -q .
}

edit deploy/deployment.yaml \
    's/labels: {app: my-app}/&\n      annotations: {test\/ready-after: 1h}/'
interrupted INT
is 'an interrupt ends the run as a signal does' 130 "$rc"
like 'says so' '^poundlock: run interrupted' INT.err
ok 'nothing is left running' eventually 5 none_left
interrupted TERM
is 'so does TERM' 143 "$rc"
ok 'nothing is left running then either' eventually 5 none_left

edit deploy/deployment.yaml '/ready-after/d'
status 'the next run goes on' 0 release
like 'to its end' 'app-post-deploy: healthy' err

done_testing
