// Meanwhile runs Swift tasks on the calling thread, in a promised order, and only while something is waited for.
//
// It knows timers, descriptors, worker threads and signals; it knows nothing of shells.
// The one rule: nothing advances unless a synchronous caller waits in the foreground, and only one function drives
// the loop: `EventLoop.runInForeground(_:isNew:while:)` in `EventLoop+Driving.swift`. Start reading there.
// Everything that suspends is built on one primitive, `park`, in `Park.swift`; what stands in the ready queue is a
// `QueueEntry`; a scheduled task is a `TaskRecord`, which is also the executor of its steps.
