import Glibc
import SystemPackage

/// The error of the system call that has just failed on this thread.
func lastError() -> Errno { Errno(rawValue: errno) }

/// `read(2)`, once.
func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  Glibc.read(descriptor, buffer.baseAddress, buffer.count)
}
