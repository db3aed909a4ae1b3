#!/bin/sh
# wait on a terminal: what moves is shown in place; elsewhere in lines.
. "${0%/*}/../lib.sh"
need_tool pty screen
need_cluster
new_namespace
TERM=xterm
export TERM

create() { kubectl create -o json -f -; }
esc=$(printf '\033')
# A Deployment whose Pods are held back, until ready NAME.
ready() {
	kc patch deployment "$1" -p '{"spec":{"template":{"metadata":
	{"annotations":{"test/ready-after":"1ms"}}}}}' >/dev/null
}

# terminal OPTION... COMMAND...: run it on one, with ./s as input
terminal() {
	: >raw
	rm -f go
	background sh -c 'exec pty "$@" <s >out 2>raw' - "$@"
	T=$!
}
end() {
	rc=0
	command wait "$T" || rc=$?
}

{ job ended 0 && echo --- && deployment web 1h; } | create >s
terminal -s 60x10 env wait --timeout 120s
ok 'a terminal shows what it waits for' \
    eventually 60 grep -q '^ *[0-9]*s    Deployment/.*/web  0 of' raw
ok 'with its clock' eventually 60 grep -q '^ *2s    Deployment/' raw
ready web
end
is 'and ends well' 0 "$rc"
screen 60x10 <raw >shown
ok 'what is left on it is a line for each that came to be ready' \
    sh -c '! grep -Ev "^wait: (Job|Deployment)/.*: current after [0-9.]*m?s$" shown'
like 'with the Deployment' "^wait: Deployment/$NS/web: current after" shown
unlike 'no line was written for what was on its way' 'wait: .*inProgress' raw
unlike 'the cursor was not hidden' "$esc\[\?25l" raw
unlike 'nothing is coloured' "$esc\[[0-9;]*m" raw
ok 'the records have no escape in them' \
    [ "$(grep -c "$esc" out)" -eq 0 ]

deployment new 1h | create >s
terminal -s 100x10 -r 40x10 -w go env wait --timeout 120s
eventually 60 grep -q 'Deployment/.*/new  0 of 1 replicas are available' raw
: >go
ok 'a terminal that becomes narrower has shorter rows' \
    eventually 60 grep -Eq '^.{,31}…' raw
ready new
end
is 'and goes on' 0 "$rc"

deployment held 1h | create >s
terminal -s 60x10 env wait --timeout 120s
eventually 60 grep -q 'Deployment/.*/held  0 of' raw
W=$(ps -o pid= --ppid "$T")
kill -STOP "$W"
eventually 10 sh -c 'ps -o stat= -p "$1" | grep -q T' - "$W"
size=$(wc -c <raw)
kill -CONT "$W"
ok 'stopped and fetched back it draws again' \
    eventually 10 sh -c '[ "$(wc -c <raw)" -gt "$1" ]' - "$size"
unlike 'below what came on the screen meanwhile' "^$esc\[[0-9]*A" \
    "$(tail -c "+$((size + 1))" raw | head -n 1 >first && echo first)"
ready held
end
is 'and comes to its end' 0 "$rc"

{ for i in 1 2 3 4 5 6; do deployment "n$i" 1h && echo ---; done; } | create >s
terminal -s 60x6 env wait --timeout 2s
end
is 'more objects than rows' 6 "$rc"
like 'are counted' '^ +and 3 more' raw
screen 60x6 <raw >shown
unlike 'the end leaves no frame behind' 'more|^ +[0-9]+s' shown
like 'but what was late' '^wait: Deployment/.*/n6: not healthy after 2.0s' raw

terminal -s 60x10 env wait --timeout 120s
eventually 60 grep -q 'Deployment/.*/n1  0 of' raw
kill "$(ps -o pid= --ppid "$T")"
end
is 'who ends it early ends it' 143 "$rc"
unlike 'with a cursor' "$esc\[\?25l" raw

plain() { # plain DESC COMMAND...: no escapes, a line a change
	t_desc=$1
	shift
	deployment "p$T_N" 1h | create >s
	terminal -s 60x10 "$@" wait --timeout 1s
	end
	unlike "$t_desc: no escapes" "$esc" raw
	like 'but lines' '^wait: Deployment/.*: inProgress: 0 of 1' raw
}
plain 'a dumb terminal' env TERM=dumb
plain 'none that is known' env -u TERM
plain 'a dumb terminal without colours' env TERM=dumb NO_COLOR=1
plain 'a session without it' env setsid -w env
status 'no terminal' 6 wait --timeout 1s <s
unlike 'no escapes' "$esc" err
status 'quiet' 6 wait --quiet --timeout 1s <s
unlike 'says nothing of what is on its way' '^wait: [^:]*: inProgress' err
like 'but what ended it' '^wait: Deployment/.*: not healthy after 1.0s' err
done_testing
