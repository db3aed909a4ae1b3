// Faultproxy stands in front of a real API server and breaks things on purpose,
// always in the same way for the same arguments.
//
//	faultproxy -out FILE [options] [RULE...]
//
// It takes the server and the credential from the current kubeconfig context
// (through kubectl), listens on a port of the loopback with a certificate of
// its own, and writes a kubeconfig that leads to it to FILE, when it is ready.
//
// A RULE is "METHOD SUBSTRING WHICH ACTION": the requests of that method (* for
// any) whose path and query contain SUBSTRING (* for any), and of these the
// WHICH-th: 3, 2-5, %7 (each seventh) or * (all).  The first rule that fits
// decides.  ACTION is one of
//
//	pass               forward it, which is what happens without a rule
//	status=CODE[,SEC]  answer so, with Retry-After; the server never sees it
//	late=CODE          the server acts, but this is what is answered
//	before             cut the connection; the server never sees the request
//	unanswered         the server acts, then the connection is cut
//	inheaders=N        cut within the headers of the answer, after N bytes of
//	                   them; in HTTP/2, of the TLS record that holds them
//	headers            cut after the headers of the answer
//	body=N             cut after N bytes of the answer's body
//	end                cut after the whole body, before the stream's end
//	reset              the server acts, then this stream alone is reset
//	short=N            end the answer in good order after N bytes of it
//	delay=MS           forward it so much later
//	lag=MS             pass on each part of the answer so much later
//	twice              pass on each line of the answer twice
//	garbage=N          put what is no JSON behind N bytes of it, and go on
//	hang               never answer
//	mute=N             pass on N bytes of the answer's body, then no more, and
//	                   let the stream be
//	freeze             the same for the connection, as soon as it is answered
//	goaway             answer, and give up the connection (GOAWAY)
//	gone=FILE          answer 410 as soon as FILE exists
//
// Options:
//
//	-http1         speak HTTP/1.1 only
//	-expired       show a certificate whose time is over
//	-streams N     allow so many HTTP/2 streams on a connection
//	-log FILE      append a line for each request: METHOD PATH STATUS ACTION
//	               CONNECTION; "-" for the status of what was not answered
//	-token FILE    answer 401 unless the bearer token is what FILE holds now
//	-seed N        draw actions at random, for requests that no rule fits; the
//	               draw depends on N, the request, and how often it was seen,
//	               not on the order of arrival
//	-rate PERCENT  how many of them (default 20)
//	-life BYTES    with a seed: each connection is cut somewhere within its
//	               first BYTES to the client, behind the handshake
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	out     = flag.String("out", "", "kubeconfig to write")
	http1   = flag.Bool("http1", false, "HTTP/1.1 only")
	expired = flag.Bool("expired", false, "a certificate that has expired")
	streams = flag.Int("streams", 100, "streams on a connection")
	logFile = flag.String("log", "", "requests, a line each")
	token   = flag.String("token", "", "file with the only good token")
	seed    = flag.Uint64("seed", 0, "draw faults; 0: none")
	rate    = flag.Uint64("rate", 20, "percent of requests")
	life    = flag.Uint64("life", 0, "bytes of a connection")
)

// A handshake takes less than this.
const handshake = 3000

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// --- which request gets what -------------------------------------------------

type rule struct {
	method, substring string
	first, last       int // inclusive
	each              int
	action            string
	seen              int
}

func parseRule(s string) *rule {
	f := strings.Fields(s)
	if len(f) != 4 {
		log.Fatalf("not a rule: %s", s)
	}
	r := &rule{method: f[0], substring: f[1], first: 1, last: 1 << 30,
		each: 1, action: f[3]}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		check(err)
		return n
	}
	switch from, to, isRange := strings.Cut(f[2], "-"); {
	case f[2] == "*":
	case strings.HasPrefix(f[2], "%"):
		r.each = number(f[2][1:])
	case isRange:
		r.first, r.last = number(from), number(to)
	default:
		r.first = number(f[2])
		r.last = r.first
	}
	return r
}

func (r *rule) fits(method, path string) bool {
	if r.method != "*" && r.method != method ||
		r.substring != "*" && !strings.Contains(path, r.substring) {
		return false
	}
	r.seen++
	return r.seen >= r.first && r.seen <= r.last && r.seen%r.each == 0
}

// Everything that may pass when it is tried again.
var drawn = []string{"status=429", "status=500", "status=503", "status=504",
	"late=504", "before", "unanswered", "inheaders=40", "headers",
	"body=1", "body=200", "end", "reset", "short=100", "delay=30", "goaway"}

func draw(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, append(parts, *seed)...)
	n := h.Sum64()
	// FNV's low bits are weak for short differences at the end.
	n ^= n >> 33
	n *= 0xff51afd7ed558ccd
	return n ^ n>>33
}

type proxy struct {
	mu     sync.Mutex
	rules  []*rule
	seen   map[string]int
	log    *os.File
	server *url.URL
	client *http.Transport
}

func (p *proxy) choose(method, path string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	action := ""
	for _, r := range p.rules {
		// Each counts its own, whichever decides.
		if r.fits(method, path) && action == "" {
			action = r.action
		}
	}
	if action != "" {
		return action
	}
	if *seed == 0 {
		return "pass"
	}
	// The length of a watch is random; it must not change the draw.
	key, _, _ := strings.Cut(method+" "+path, "&timeoutSeconds=")
	p.seen[key]++
	n := draw(key, p.seen[key])
	if n%100 >= *rate {
		return "pass"
	}
	return drawn[n/100%uint64(len(drawn))]
}

func (p *proxy) note(r *http.Request, status any, action string) {
	if p.log == nil {
		return
	}
	line := fmt.Sprintf("%s %s %v %s %d\n", r.Method, r.URL.RequestURI(),
		status, action, connOf(r).number)
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.log.WriteString(line)
	check(err)
}

// --- connections -------------------------------------------------------------

type conn struct {
	net.Conn
	number int
	mu     sync.Mutex
	left   int64 // bytes until it is cut; negative: no end
	frozen atomic.Bool
}

func (c *conn) cutAfter(n int64) {
	c.mu.Lock()
	c.left = n
	c.mu.Unlock()
}

func (c *conn) Write(b []byte) (int, error) {
	if c.frozen.Load() {
		select {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left < 0 {
		return c.Conn.Write(b)
	}
	if int64(len(b)) < c.left {
		c.left -= int64(len(b))
		return c.Conn.Write(b)
	}
	n, _ := c.Conn.Write(b[:c.left])
	c.left = 0
	c.Conn.Close()
	return n, net.ErrClosed
}

type listener struct {
	net.Listener
	accepted int
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.accepted++
	wrapped := &conn{Conn: c, number: l.accepted, left: -1}
	if *seed != 0 && *life != 0 {
		wrapped.left = handshake +
			int64(draw("connection", l.accepted)%*life)
	}
	return wrapped, nil
}

type connKey struct{}

func connOf(r *http.Request) *conn {
	return r.Context().Value(connKey{}).(*conn)
}

// --- answers -----------------------------------------------------------------

func cut(r *http.Request) {
	connOf(r).Close()
	panic(http.ErrAbortHandler)
}

// The first n bytes of the headers, and no more.
func cutHeaders(w http.ResponseWriter, r *http.Request, resp *http.Response,
	n int64) {
	if r.ProtoMajor == 2 {
		connOf(r).cutAfter(n)
		w.WriteHeader(resp.StatusCode)
		w.(http.Flusher).Flush()
		cut(r)
	}
	c, _, err := w.(http.Hijacker).Hijack()
	check(err)
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %s\r\n", resp.Status)
	resp.Header.Write(&head)
	c.Write(head.Next(int(n)))
	connOf(r).Close()
}

func answer(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"kind": "Status",
		"apiVersion": "v1", "status": "Failure", "code": code,
		"message": message})
}

func (p *proxy) forward(r *http.Request) (*http.Response, error) {
	req := r.Clone(r.Context())
	req.RequestURI = ""
	req.URL.Scheme = p.server.Scheme
	req.URL.Host = p.server.Host
	req.Host = ""
	req.Header.Del("Authorization")
	return p.client.RoundTrip(req)
}

// Copies at most n bytes of the body, each read flushed, so that a watch's
// events come at once.
func copyBody(w http.ResponseWriter, body io.Reader, n int64) {
	buf := make([]byte, 32<<10)
	for n != 0 {
		part := buf
		if n > 0 && n < int64(len(buf)) {
			part = buf[:n]
		}
		got, err := body.Read(part)
		if got > 0 {
			w.Write(part[:got])
			w.(http.Flusher).Flush()
			n -= int64(got)
		}
		if err != nil {
			return
		}
	}
}

// Each line comes twice, as from a server that repeats itself.
func copyTwice(w http.ResponseWriter, body io.Reader) {
	lines := bufio.NewReader(body)
	for {
		line, err := lines.ReadBytes('\n')
		w.Write(line)
		if err != nil {
			return
		}
		w.Write(line)
		w.(http.Flusher).Flush()
	}
}

// What is read comes late, all of it.
type lagging struct {
	io.Reader
	pause time.Duration
}

func (l lagging) Read(b []byte) (int, error) {
	n, err := l.Reader.Read(b)
	time.Sleep(l.pause)
	return n, err
}

func authorized(r *http.Request) bool {
	if *token == "" {
		return true
	}
	want, err := os.ReadFile(*token)
	check(err)
	return r.Header.Get("Authorization") ==
		"Bearer "+string(bytes.TrimSpace(want))
}

// Faults that need no server; returns false when it is to be asked.
func (p *proxy) withoutServer(w http.ResponseWriter, r *http.Request,
	name, arg, action string) bool {
	switch name {
	case "status":
		code, after, _ := strings.Cut(arg, ",")
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		n, err := strconv.Atoi(code)
		check(err)
		p.note(r, n, action)
		answer(w, n, "a fault on purpose")
		return true
	case "before":
		p.note(r, "-", action)
		cut(r)
	case "hang":
		p.note(r, "-", action)
		<-r.Context().Done()
		return true
	case "gone":
		for _, err := os.Stat(arg); err != nil; _, err = os.Stat(arg) {
			time.Sleep(10 * time.Millisecond)
		}
		p.note(r, 410, action)
		answer(w, 410, "a fault on purpose")
		return true
	case "delay":
		ms, err := strconv.Atoi(arg)
		check(err)
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	return false
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !authorized(r) {
		p.note(r, 401, "token")
		answer(w, 401, "Unauthorized")
		return
	}
	action := p.choose(r.Method, r.URL.RequestURI())
	name, arg, _ := strings.Cut(action, "=")
	if p.withoutServer(w, r, name, arg, action) {
		return
	}
	resp, err := p.forward(r)
	if err != nil {
		p.note(r, 502, action)
		answer(w, 502, err.Error())
		return
	}
	defer resp.Body.Close()
	n, _ := strconv.ParseInt(arg, 10, 64)
	switch name {
	case "unanswered", "reset", "late":
		if !strings.Contains(r.URL.RawQuery, "watch=true") {
			io.Copy(io.Discard, resp.Body)
		}
	}
	p.note(r, resp.StatusCode, action)
	switch name {
	case "unanswered":
		cut(r)
	case "reset":
		panic(http.ErrAbortHandler)
	case "late":
		answer(w, int(n), "a fault on purpose, too late")
		return
	}
	p.copyAnswer(w, r, resp, name, n)
}

func (p *proxy) copyAnswer(w http.ResponseWriter, r *http.Request,
	resp *http.Response, name string, n int64) {
	for k, v := range resp.Header {
		w.Header()[k] = v
	}
	if name == "inheaders" {
		cutHeaders(w, r, resp, n)
		return
	}
	w.Header().Del("Content-Length")
	if name == "goaway" {
		w.Header().Set("Connection", "close")
	}
	w.WriteHeader(resp.StatusCode)
	w.(http.Flusher).Flush()
	switch name {
	case "headers":
		cut(r)
	case "body":
		copyBody(w, resp.Body, n)
		cut(r)
	case "end":
		copyBody(w, resp.Body, -1)
		cut(r)
	case "short":
		copyBody(w, resp.Body, n)
	case "mute":
		copyBody(w, resp.Body, n)
		<-r.Context().Done()
	case "freeze":
		connOf(r).frozen.Store(true)
		<-r.Context().Done()
	case "garbage":
		copyBody(w, resp.Body, n)
		io.WriteString(w, "\x00}{garbage")
		copyBody(w, resp.Body, -1)
	case "twice":
		copyTwice(w, resp.Body)
	case "lag":
		copyBody(w, lagging{resp.Body,
			time.Duration(n) * time.Millisecond}, -1)
	default:
		copyBody(w, resp.Body, -1)
	}
}

// --- where to and as whom ----------------------------------------------------

type kubeconfig struct {
	Clusters []struct {
		Cluster struct {
			Server string `json:"server"`
			CA     []byte `json:"certificate-authority-data"`
		} `json:"cluster"`
	} `json:"clusters"`
	Users []struct {
		User struct {
			Cert []byte `json:"client-certificate-data"`
			Key  []byte `json:"client-key-data"`
		} `json:"user"`
	} `json:"users"`
}

func newProxy() *proxy {
	var k kubeconfig
	text, err := exec.Command("kubectl", "config", "view", "--raw",
		"--minify", "--flatten", "-o", "json").Output()
	check(err)
	check(json.Unmarshal(text, &k))
	cert, err := tls.X509KeyPair(k.Users[0].User.Cert, k.Users[0].User.Key)
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(k.Clusters[0].Cluster.CA)
	server, err := url.Parse(k.Clusters[0].Cluster.Server)
	check(err)
	p := &proxy{server: server, seen: map[string]int{},
		client: &http.Transport{ForceAttemptHTTP2: true,
			DisableCompression: true,
			TLSClientConfig: &tls.Config{RootCAs: pool,
				Certificates: []tls.Certificate{cert}}}}
	for _, s := range flag.Args() {
		p.rules = append(p.rules, parseRule(s))
	}
	if *logFile != "" {
		p.log, err = os.OpenFile(*logFile,
			os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		check(err)
	}
	return p
}

func selfSigned() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	end := time.Now().Add(24 * time.Hour)
	if *expired {
		end = time.Now().Add(-time.Minute)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1),
		Subject:               pkix.Name{CommonName: "faultproxy"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              end,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template,
		&key.PublicKey, key)
	check(err)
	block := &pem.Block{Type: "CERTIFICATE", Bytes: der}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem.EncodeToMemory(block)
}

func writeKubeconfig(address string, ca []byte) {
	named := func(name, kind string, v any) []any {
		return []any{map[string]any{"name": name, kind: v}}
	}
	user := map[string]any{}
	if *token != "" {
		user["tokenFile"] = *token
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "fault",
		"clusters": named("fault", "cluster", map[string]any{
			"server": "https://" + address, "certificate-authority-data": ca}),
		"users": named("fault", "user", user),
		"contexts": named("fault", "context", map[string]any{
			"cluster": "fault", "user": "fault"})})
	check(err)
	check(os.WriteFile(*out+".new", text, 0o600))
	check(os.Rename(*out+".new", *out))
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("faultproxy: ")
	flag.Parse()
	if *out == "" {
		log.Fatal("-out is missing")
	}
	p := newProxy()
	cert, ca := selfSigned()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	s := &http.Server{Handler: p,
		ErrorLog:  log.New(io.Discard, "", 0),
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: *streams},
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			raw := c.(*tls.Conn).NetConn().(*conn)
			return context.WithValue(ctx, connKey{}, raw)
		}}
	if *http1 {
		s.TLSNextProto = map[string]func(*http.Server, *tls.Conn,
			http.Handler){}
	}
	writeKubeconfig(l.Addr().String(), ca)
	check(s.ServeTLS(&listener{Listener: l}, "", ""))
}
