// The watcher keeps a live view of who is alive, and prints every change. Watcher is what to copy.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"pulsewatch.io/examples/go/access"
	pb "pulsewatch.io/examples/go/gen/pulsewatchv1"
)

type name struct{ service, instance string }

// Watcher follows the changes, and goes on by token after a cut. Its view is whole at every moment,
// even while a new snapshot comes. All of it belongs to the goroutine of Run.
type Watcher struct {
	server   string
	access   *access.Access
	request  *pb.WatchRequest // with the newest token
	tell     func(format string, args ...any)
	view     map[name]*pb.Instance
	fresh    map[name]*pb.Instance // of an unfinished snapshot
	mode     pb.DetectorMode
	goodbye  time.Duration // how long a goodbye asked us to stay away
	attempts int
}

// Run returns nil when ctx is done, or an error that no retry can mend.
func (w *Watcher) Run(ctx context.Context) error {
	for {
		w.goodbye = 0
		err := w.watch(ctx)
		if ctx.Err() != nil {
			return nil
		}
		switch status.Code(err) {
		case codes.InvalidArgument, codes.PermissionDenied:
			return err
		case codes.OutOfRange: // only with fail_if_compacted
			w.request.ResumeToken = ""
		}
		wait := w.goodbye
		for _, detail := range status.Convert(err).Details() {
			info, _ := detail.(*errdetails.RetryInfo)
			wait = max(wait, info.GetRetryDelay().AsDuration())
		}
		if w.attempts++; w.attempts > 1 { // the first retry is at once, then full jitter
			wait += rand.N(min(15*time.Second, 100*time.Millisecond<<min(w.attempts-2, 8)))
		}
		w.tell("ENDED code=%s retry_in=%.3f %v", status.Code(err), wait.Seconds(), err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// watch is one call, on a connection of its own: no back-off of gRPC stands in the way.
func (w *Watcher) watch(ctx context.Context) error {
	conn, err := w.access.Connect(w.server)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Bookmarks come in time, or the connection is dead; TCP would take minutes to say so.
	patience := 3 * w.request.BookmarkInterval.AsDuration()
	silence := time.AfterFunc(patience, cancel)
	call, err := pb.NewWatchServiceClient(conn).Watch(ctx, w.request)
	if err != nil {
		return err
	}
	for {
		response, err := call.Recv()
		if err != nil {
			return err
		}
		silence.Reset(patience)
		w.onResponse(response)
		if response.ResumeToken != "" {
			w.request.ResumeToken, w.attempts = response.ResumeToken, 0
		}
	}
}

func (w *Watcher) onResponse(response *pb.WatchResponse) {
	switch m := response.Message.(type) {
	case *pb.WatchResponse_SnapshotBegin:
		w.fresh = map[name]*pb.Instance{}
		reason := word("SNAPSHOT_REASON_", m.SnapshotBegin.Reason)
		w.tell("SNAPSHOT %s skipped=%d", reason, m.SnapshotBegin.Skipped)
	case *pb.WatchResponse_Instances:
		for _, i := range m.Instances.Instances {
			w.fresh[name{i.Service, i.InstanceId}] = i
			state := word("STATE_", i.State)
			w.tell("= %s/%s %s incarnation=%d", i.Service, i.InstanceId, state, i.Incarnation)
		}
	case *pb.WatchResponse_SnapshotEnd:
		w.view, w.fresh = w.fresh, nil
		w.tell("SNAPSHOT_END count=%d", m.SnapshotEnd.Count)
	case *pb.WatchResponse_Changes:
		for _, change := range m.Changes.Changes {
			w.onChange(change)
		}
		if m.Changes.Folded > 0 {
			w.tell("FOLDED %d", m.Changes.Folded)
		}
	case *pb.WatchResponse_Bookmark:
		if m.Bookmark.DetectorMode != w.mode {
			w.mode = m.Bookmark.DetectorMode
			w.tell("MODE %s", word("DETECTOR_MODE_", w.mode))
		}
	case *pb.WatchResponse_Goodbye:
		w.goodbye = m.Goodbye.ReconnectAfter.AsDuration() + rand.N(m.Goodbye.Spread.AsDuration()+1)
	}
}

func (w *Watcher) onChange(change *pb.Change) {
	i, before := change.Instance, "-"
	if change.LeftView || change.Cause == pb.Cause_CAUSE_REMOVED {
		delete(w.view, name{i.Service, i.InstanceId})
	} else {
		w.view[name{i.Service, i.InstanceId}] = i
	}
	if change.Previous != nil {
		before = word("STATE_", change.Previous.State)
	}
	w.tell("%d %s/%s %s->%s %s silence=%.3f incarnation=%d", change.Revision, i.Service,
		i.InstanceId, before, word("STATE_", i.State), word("CAUSE_", change.Cause),
		change.Evidence.GetSilence().AsDuration().Seconds(), i.Incarnation)
}

// word says STATE_ALIVE as ALIVE.
func word(prefix string, value fmt.Stringer) string {
	return strings.TrimPrefix(value.String(), prefix)
}

func main() {
	server := flag.String("server", "127.0.0.1:5780", "host:port")
	services := flag.String("services", "", "names or globs, with commas; all when absent")
	bookmarks := flag.Float64("bookmarks", 5, "seconds between bookmarks")
	every := flag.Bool("every-change", false, "never fold changes")
	access := access.Parse()
	interval := durationpb.New(time.Duration(*bookmarks * float64(time.Second)))
	request := &pb.WatchRequest{BookmarkInterval: interval}
	if *services != "" {
		request.Services = strings.Split(*services, ",")
	}
	if *every {
		request.Delivery = pb.Delivery_DELIVERY_EVERY_CHANGE
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	tell := func(format string, args ...any) { fmt.Printf(format+"\n", args...) }
	if err := (&Watcher{server: *server, access: access, request: request, tell: tell}).Run(ctx); err != nil {
		tell("ENDED code=%s %v", status.Code(err), err)
		os.Exit(4)
	}
}
