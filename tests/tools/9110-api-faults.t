#!/bin/sh
# What the network and the server do to requests, and what comes of it, by a
# proxy in front of the real API server that breaks things on purpose.
. "${0%/*}/../lib.sh"
need_cluster
need_tool apicat faultproxy
new_namespace

through() { run apicat --kubeconfig kc "$@"; }

cm=/api/v1/namespaces/$NS/configmaps
# body NAME VALUE
body() {
	printf '%s' "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":" \
	    "{\"name\":\"$1\"},\"data\":{\"v\":\"$2\"}}"
}
value() { kc get cm "$1" -o 'jsonpath={.data.v}'; }

# --- one fault each

faults='status=429 status=500 status=502 status=503 status=504 late=504 before
    unanswered inheaders=1 inheaders=40 headers body=0 body=1 body=100 end reset short=0 short=50 goaway'

for f in $faults; do
	proxy "* $NS 1 $f"
	through -l 1 PATCH "$cm/x?fieldManager=t&force=true" "$(body x "$f")"
	is "a write that meets $f is made" "0 $f" "$rc $(value x)"
	proxy "* $NS 2 $f"
	printf 'GET %s/x\nGET %s/x\n' "$cm" "$cm" >two
	through -l 1 -f two
	is "a read that meets $f on a used connection" '200 0|200 0' \
	    "$(sed 's/ *$//' out | paste -sd'|')"
done

# The same without frames: every byte of an answer may be the last.
for f in before unanswered inheaders=1 inheaders=20 inheaders=80 headers body=1 \
    end; do
	proxy -http1 "* $NS 1 $f"
	through -l 1 PATCH "$cm/x?fieldManager=t&force=true" \
	    "$(body x "h1 $f")"
	is "a write over HTTP/1.1 that meets $f is made" "0 h1 $f" \
	    "$rc $(value x)"
	is "on the second try (it met $f)" 2 "$(grep -c ^PATCH log)"
done

# --- what must not be sent twice

new='{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"new-"}}'
count() { kc get cm -o name | grep -c /new-; }

printf 'GET %s/x\nPOST %s %s\n' "$cm" "$cm" "$new" >two
for f in unanswered inheaders=40 headers body=10 reset late=504; do
	kc delete cm -l '!none' >/dev/null
	kc create cm x >/dev/null
	proxy "POST * 1 $f"
	through -o -l 1 -f two
	is "one that is not to be sent twice meets $f: once" 1 "$(count)"
	is 'and it is not taken for done' 3 "$rc"
done
for f in status=429 status=429,1; do
	kc delete cm -l '!none' >/dev/null
	proxy "POST * 1 $f"
	through -o POST "$cm" "$new"
	is "$f was before anything was done" '0 1' "$rc $(count)"
done

# --- until the time is up

proxy '* * * status=503'
through --request-timeout 1s GET "$cm"
is 'a server that stays unavailable' 3 "$rc"
like 'in its own words' '^503 3 a fault on purpose' out
ok 'was asked several times' [ "$(wc -l <log)" -gt 2 ]
proxy '* * * status=500'
through GET "$cm"
is 'an internal error that stays' '3 4' "$rc $(wc -l <log)"
proxy '* * * reset'
start=$(date +%s)
through --request-timeout 1m GET "$cm"
is 'a stream that is reset each time' '3 6' "$rc $(wc -l <log)"
like 'is told as what it is likely to be' \
    ', 6 times in a row: the server seems to fail at this request; ' out
ok 'and soon' [ $(($(date +%s) - start)) -lt 30 ]
proxy '* * %6 pass' '* * * reset'
through --request-timeout 1m GET "$cm"
is 'one that gets through in the end' '0 6' "$rc $(wc -l <log)"
proxy '* * 4 status=503' '* * 8 pass' '* * * reset'
through --request-timeout 1m GET "$cm"
is 'or fails in another way in between' '0 8' "$rc $(wc -l <log)"
proxy '* * 1-8 body=1'
through --request-timeout 1m GET "$cm"
is 'nor is a connection that is cut taken for it' '0 9' "$rc $(wc -l <log)"
proxy '* * * hang'
through --request-timeout 500ms GET "$cm"
is 'no answer at all is out of time' 6 "$rc"
proxy '* * 1 status=429,2'
start=$(date +%s%N)
through GET "$cm"
ok 'Retry-After is honoured' [ $(($(date +%s%N) - start)) -ge 2000000000 ]
proxy '* * 1 status=503,3'
through --request-timeout 1s GET "$cm"
is 'but not beyond the time' '3 1' "$rc $(wc -l <log)"

# --- an expired credential

cat >plugin <<'P'
#!/bin/sh
n=$(($(cat runs) + 1))
echo $n >runs
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
    "status":{"token":"token'$n'"}}'
P
chmod +x plugin
echo 0 >runs
echo token2 >token
proxy -token token
jq '.users[0].user = {exec: {command: "./plugin", interactiveMode: "Never",
    apiVersion: "client.authentication.k8s.io/v1"}}' kc >kc.exec
mv kc.exec kc
through GET "$cm"
is 'a token that is refused is fetched anew' '0 2' "$rc $(cat runs)"
is 'and the request made again' '401 200' \
    "$(awk '{print $3}' log | paste -sd' ')"

# --- connections

i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	printf 'PATCH %s/c%d?fieldManager=t&force=true %s\n' "$cm" $i \
	    "$(body c$i VALUE)"
done >hundred
# all DESC VALUE OPTION...: every one is answered with 200 or 201.
all() {
	what=$1
	sed "s/VALUE/$2/" hundred >now
	shift 2
	proxy "$@"
	through -f now
	is "$what" "100 0" "$(grep -c '^20[01] 0 ' out) $rc"
}
connections() { awk '{print $5}' log | sort -u | wc -l; }

echo 0 >runs
proxy -token token '* * * delay=300'
jq '.users[0].user = {exec: {command: "./plugin", interactiveMode: "Never",
    apiVersion: "client.authentication.k8s.io/v1"}}' kc >kc.exec
mv kc.exec kc
sed 's/VALUE/t/' hundred >now
through -f now
is 'a hundred whose token has expired' '100 0' \
    "$(grep -c '^20[01] 0 ' out) $rc"
is 'fetch another once' 2 "$(cat runs)"
ok 'though many were refused' [ "$(grep -c ' 401 ' log)" -gt 1 ]

all 'a hundred at once' a
is 'on one connection' 1 "$(connections)"
all 'a server that bears three streams' b -streams 3
# Streams that were opened before it said so go to another connection.
ok 'on few connections' [ "$(connections)" -le 10 ]
all 'a server that speaks HTTP/1.1 only' c -http1
ok 'on a few connections' [ "$(connections)" -gt 1 -a "$(connections)" -le 9 ]
all 'a connection that is given up each tenth time' d "* * %10 goaway"
ok 'means others' [ "$(connections)" -gt 1 ]
all 'a server that answers 429 to each third' e '* * %3 status=429'

# --- anything, anywhere

for seed in ${FAULT_SEEDS-1 2 3 4}; do
	all "random faults, seed $seed" "s$seed" \
	    -seed "$seed" -rate 20 -life 60000
	is "seed $seed: every write was made" 100 \
	    "$(kc get cm -o json |
		jq --arg v "s$seed" '[.items[] | select(.data.v == $v)] | length')"
done
all 'random faults over HTTP/1.1, seed 5' h1 -seed 5 -rate 20 -http1
done_testing
