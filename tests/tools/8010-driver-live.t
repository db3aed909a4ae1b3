#!/bin/sh
# A run on a terminal: one display for all of its stages.
. "${0%/*}/../lib.sh"
need_tool pty screen
need_cluster
new_namespace
TERM=xterm
export TERM
esc=$(printf '\033')

stage() { # stage NAME: one Deployment, whose Pods are held back
	mkdir -p flux "$1"
	cat >"flux/$1.yaml" <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: $NS}
		spec:
		  sourceRef: {kind: GitRepository, name: x}
		  path: ./$1
		  interval: 1h
		  prune: true
		  wait: true
	Y
	deployment "$1" 1h >"$1/deployment.yaml"
}
ready() {
	kc patch deployment "$1" -p '{"spec":{"template":{"metadata":
	{"annotations":{"test/ready-after":"1ms"}}}}}' >/dev/null
}
release() { # on a terminal, in the background
	: >raw
	background pty -s 80x12 poundlock run flux --root . "$@" 2>raw
	T=$!
}
end() {
	rc=0
	command wait "$T" || rc=$?
}
# The last frame has a row of each of these.
together() {
	tr '\r' '\n' <raw | tr -d '\n' >t.raw
	for t_row; do
		sed 's/.*\['"[0-9]*A//" t.raw | grep -q "$t_row" || return
	done
}

stage left
stage right
release
ok 'both stages are shown, with what they wait for' eventually 60 together \
    "$NS/left: 0 of 1 object ready" "Deployment/$NS/left  *0 of 1" \
    "$NS/right: 0 of 1 object ready" "Deployment/$NS/right  *0 of 1"
ready left
ok 'one that is done goes' eventually 60 grep -q \
    "poundlock: $NS/left: healthy after" raw
ok 'and is not shown any more' eventually 60 sh -c \
    'tail -n 4 raw | tr -d "\n" | sed "s/.*A//" | grep -v /left | grep -q /right'
ready right
end
is 'the run ends well' 0 "$rc"
screen 80x12 <raw >shown
unlike 'no frame is left' '^ +[0-9]+s  ' shown
like 'the lines of all tools are' "^wait: Deployment/$NS/left: current after" shown
like 'and the summary' '^poundlock: run done after' shown
unlike 'what was on its way was no line' 'wait: [^:]*: inProgress' raw
unlike 'the cursor was not hidden' "$esc\[\?25" raw

# --- ended early
sed -i 's/image: x/image: y/' left/*.yaml
release
eventually 60 together "Deployment/$NS/left" || exit 1
driver=$(ps -o pid= --ppid "$T" | tr -d ' ')
kill -s INT -- "-$driver"
end
is 'interrupted, it ends as the signal does' 130 "$rc"
screen 80x12 <raw >shown
like 'and says so' '^poundlock: run interrupted' shown
unlike 'without a frame' '^ +[0-9]+s  ' shown
is 'nor a pipe' '' "$(find state -type p)"

# --- a display that dies, and does not take the run with it
release
eventually 60 together "Deployment/$NS/left" || exit 1
kill -KILL "$(ps -o pid=,args= -s "$(ps -o sid= --ppid "$T" | tr -d ' ')" |
    sed -n 's|^ *\([0-9]*\) .*/progress [^ ]*events$|\1|p')"
ok 'whose display is killed says so' \
    eventually 60 grep -q 'poundlock: the display has died' raw
ready left
ok 'the others write plain lines' eventually 60 grep -q \
    "wait: Deployment/$NS/left: current after" raw
ready right
end
is 'and the run comes to its end' 0 "$rc"
like 'with its summary' '^poundlock: run done after' raw
unlike 'and no word of the events' 'POUNDLOCK_EVENTS' raw

# A tool outlives the reader of its messages too.
deployment alone 1h | kubectl create -o json -f - >s
mkfifo messages
background sh -c 'env wait --timeout 2s <s 2>messages; echo $? >alone'
head -n 1 <messages >heard
like 'a tool is heard' '^wait: Deployment' heard
ok 'whose reader goes away then ends as it would have' \
    eventually 60 grep -qx 6 alone

# --- no display
printf 'one\ntwo' >lines
mkfifo events
status 'without a terminal lines are copied' 0 progress events <lines
printf 'one\ntwo\n' >want
same 'as they are' want err
status 'there is nothing to show it on' 1 progress --check
status 'what is no pipe is refused' 2 progress lines </dev/null
status 'so is anything else' 2 progress
release --frobnicate
end
is 'wrong usage is said in plain' 2 "$rc"
unlike 'without escapes' "$esc" raw
done_testing
