// The sender keeps one instance alive at a Pulsewatch server. Sender is what to copy.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pulsewatch.io/examples/go/access"
	pb "pulsewatch.io/examples/go/gen/pulsewatchv1"
)

// Sender registers, beats, resumes, and knows by its own clock when its time is up. Instants are
// durations since Run began. All but the atomic fields belongs to the goroutine of Run.
type Sender struct {
	server           string
	access           *access.Access
	register         *pb.Register
	tell             func(format string, args ...any)
	status           atomic.Int32 // goes out with the next heartbeat
	expired          atomic.Bool  // the fence has passed: a service stops the work that needs its name
	fence            atomic.Int64 // the instant at which our time is up; 0: none
	expiry           *time.Timer  // fires then
	began            time.Time
	incarnation      uint64
	origin, interval time.Duration // slot k is due at origin + k * interval
	budget, patience time.Duration // a connection that is silent for patience is given up
	comeback         time.Duration // not before this instant, as a goodbye said
	attempts         int
}

// Run returns nil once it said goodbye because ctx was done, or an error that no retry can mend.
func (s *Sender) Run(ctx context.Context) error {
	s.register.ProcessId, s.began = fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), time.Now()
	s.budget, s.patience, s.expiry = 45*time.Second, 5*time.Second, time.AfterFunc(time.Hour, s.checkFence)
	for ctx.Err() == nil || s.register.SessionToken != "" {
		leaving := ctx.Err() != nil // between two streams: comes back once, to say goodbye
		err := s.session(ctx)
		if leaving || ctx.Err() != nil && err == io.EOF {
			return nil
		}
		code, wait := status.Code(err), time.Duration(0)
		for _, detail := range status.Convert(err).Details() {
			info, _ := detail.(*errdetails.RetryInfo)
			wait = max(wait, info.GetRetryDelay().AsDuration())
			if info, _ := detail.(*errdetails.ErrorInfo); info.GetReason() == "STREAM_REPLACED" {
				code = codes.OK // replaced by a late register of ours: the session goes on
			}
		}
		switch code {
		case codes.InvalidArgument, codes.PermissionDenied, codes.Aborted:
			return err
		case codes.NotFound: // the session is over: a new incarnation, without the token
			s.register.SessionToken = ""
			s.fence.Store(int64(s.now()))
			s.checkFence()
		}
		ceiling := min(time.Second, s.budget/3)
		if s.expired.Load() {
			ceiling = min(15*time.Second, s.budget/3)
		}
		if s.attempts++; s.attempts > 1 { // the first retry is at once, then full jitter
			wait += rand.N(min(ceiling, 100*time.Millisecond<<min(s.attempts-2, 8)))
		}
		wait = max(wait, s.comeback-s.now())
		s.tell("ENDED code=%s retry_in=%.3f %v", status.Code(err), wait.Seconds(), err)
		pause, done := context.WithTimeout(ctx, wait)
		<-pause.Done()
		done()
	}
	return nil
}

// session is one stream, on a connection of its own: no back-off of gRPC stands in the way.
func (s *Sender) session(ctx context.Context) error {
	conn, err := s.access.Connect(s.server)
	if err != nil {
		return err
	}
	defer conn.Close()
	callCtx, cancel := context.WithCancel(context.Background())
	defer cancel()
	silence := time.AfterFunc(2*s.patience, cancel) // TCP would take minutes
	defer context.AfterFunc(ctx, func() { time.AfterFunc(time.Second, cancel) })()
	call, err := pb.NewHeartbeatServiceClient(conn).Heartbeat(callCtx)
	if err != nil {
		return err
	}
	register := &pb.HeartbeatRequest_Register{Register: s.register}
	sent, _ := s.now(), call.Send(&pb.HeartbeatRequest{Message: register})
	for {
		response, err := call.Recv()
		if err != nil {
			return err
		}
		switch m := response.Message.(type) {
		case *pb.HeartbeatResponse_Registered:
			s.onRegistered(m.Registered, sent, s.now())
			go s.beat(ctx, call, s.origin, s.interval)
		case *pb.HeartbeatResponse_Ack:
			s.attempts = 0
			s.renew(time.Duration(m.Ack.SentMonotonicNanos), m.Ack.ExpiresIn)
		case *pb.HeartbeatResponse_Goodbye:
			s.comeback = s.now() + m.Goodbye.ReconnectAfter.AsDuration() + rand.N(m.Goodbye.Spread.AsDuration()+1)
		}
		silence.Reset(s.patience)
	}
}

// beat sends one heartbeat a slot. While Send blocks, slots go by unused, and nothing is queued.
func (s *Sender) beat(ctx context.Context, call pb.HeartbeatService_HeartbeatClient, origin, interval time.Duration) {
	for {
		due := origin + ((s.now()-origin)/interval+1)*interval
		select {
		case <-call.Context().Done():
			return
		case <-ctx.Done():
			call.Send(&pb.HeartbeatRequest{Message: &pb.HeartbeatRequest_Leave{Leave: &pb.Leave{}}})
			call.CloseSend()
			return
		case <-time.After(due - s.now()):
		}
		now := s.now()
		call.Send(&pb.HeartbeatRequest{Message: &pb.HeartbeatRequest_Heartbeat{Heartbeat: &pb.Heartbeat{
			Sequence: uint64((now - origin) / interval), SentMonotonicNanos: uint64(now), SentAt: timestamppb.Now(),
			Late: durationpb.New(now - due), Status: pb.Status(s.status.Load())}}})
	}
}

func (s *Sender) now() time.Duration { return time.Since(s.began) }

func (s *Sender) onRegistered(grant *pb.Registered, sent, now time.Duration) {
	s.tell("REGISTERED incarnation=%d resumed=%t", grant.Incarnation, grant.Resumed)
	interval, timeout := grant.Interval.AsDuration(), grant.Timeout.AsDuration()
	if grant.Incarnation != s.incarnation {
		s.incarnation, s.interval = grant.Incarnation, 0
		s.fence.Store(0)
		s.expired.Store(false)
	}
	if interval != s.interval {
		s.interval, s.origin = interval, now-time.Duration(grant.LastSequence)*interval
	}
	s.register.SessionToken = grant.SessionToken
	s.budget = min(timeout, grant.ResumeWindow.AsDuration())
	if s.patience = max(interval*3/2, s.budget/3); s.budget == 0 {
		s.budget, s.patience = 45*time.Second, timeout
	}
	s.renew(sent, grant.ExpiresIn)
}

// renew counts the fence from when we sent what the server heard: so we always know first.
func (s *Sender) renew(sent time.Duration, expiresIn *durationpb.Duration) {
	if expiresIn != nil {
		fence := max(s.fence.Load(), int64(sent+expiresIn.AsDuration()))
		s.fence.Store(fence)
		s.expiry.Reset(time.Duration(fence) - s.now())
		if fence > int64(s.now()) && s.expired.CompareAndSwap(true, false) {
			s.tell("RESTORED")
		}
	}
}

func (s *Sender) checkFence() {
	if at := s.fence.Load(); at != 0 && int64(s.now()) >= at && s.expired.CompareAndSwap(false, true) {
		s.tell("EXPIRED")
	}
}

func main() {
	server, register := flag.String("server", "", "host:port"), &pb.Register{Instance: &pb.InstanceName{}}
	flag.StringVar(&register.Instance.Service, "service", "", "name of the service")
	flag.StringVar(&register.Instance.InstanceId, "instance", "", "name of the instance")
	for name, field := range map[string]**durationpb.Duration{"interval": &register.Interval,
		"timeout": &register.Timeout, "resume-window": &register.ResumeWindow} {
		flag.Func(name, "seconds; the server's default when absent", func(text string) error {
			duration, err := time.ParseDuration(text + "s")
			*field = durationpb.New(duration)
			return err
		})
	}
	access := access.Parse()
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	tell := func(format string, args ...any) { fmt.Printf(format+"\n", args...) }
	if err := (&Sender{server: *server, access: access, register: register, tell: tell}).Run(ctx); err != nil {
		tell("ENDED code=%s %v", status.Code(err), err)
		os.Exit(4)
	}
}
