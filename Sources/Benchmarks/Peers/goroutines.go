// The commands of `Benchmarks` for goroutines on one processor: the same work, the same keys.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"
)

func resident() int {
	text, _ := os.ReadFile("/proc/self/statm")
	var total, resident int
	fmt.Sscan(string(text), &total, &resident)
	return resident * 4096
}

func processor() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(0, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func perUnit(key string, start time.Time, units int) {
	fmt.Printf("%s %.1f\n", key, float64(time.Since(start).Nanoseconds())/float64(units))
}

func park(count int) {
	before, start := resident(), time.Now()
	for i := 0; i < count; i++ {
		go time.Sleep(time.Hour)
	}
	runtime.Gosched()
	elapsed := time.Since(start)
	fmt.Println("rss_per_task_bytes", (resident()-before)/count)
	fmt.Println("create_ns_per_task", int(elapsed.Nanoseconds())/count)
}

func switchTasks(tasks, rounds int) {
	var group sync.WaitGroup
	group.Add(tasks)
	start := time.Now()
	for i := 0; i < tasks; i++ {
		go func() {
			for r := 0; r < rounds; r++ {
				runtime.Gosched()
			}
			group.Done()
		}()
	}
	group.Wait()
	perUnit("ns_per_switch", start, tasks*rounds)
}

func timers(count int) {
	late := make([]int, count)
	var group sync.WaitGroup
	group.Add(count)
	wall, cpu := time.Now(), processor()
	for i := 0; i < count; i++ {
		go func(i int) {
			delay := time.Duration(i * 7919 % count * 1_000_000_000 / count)
			asked := time.Now().Add(delay)
			time.Sleep(delay)
			late[i] = int(time.Since(asked).Microseconds())
			group.Done()
		}(i)
	}
	group.Wait()
	sort.Ints(late)
	fmt.Println("cpu_ms", (processor() - cpu).Milliseconds())
	fmt.Println("wall_ms", time.Since(wall).Milliseconds())
	fmt.Println("late_p50_us", late[count/2])
	fmt.Println("late_p99_us", late[count*99/100])
}

func pingpong(messages int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for message := range there {
			back <- message + 1
		}
	}()
	start := time.Now()
	for received := 0; received < messages; {
		there <- received
		received = <-back + 1
	}
	perUnit("ns_per_message", start, messages)
}

func echo(connections, count int) {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				buffer := make([]byte, 64)
				for {
					n, err := connection.Read(buffer)
					if err != nil {
						return
					}
					connection.Write(buffer[:n])
				}
			}()
		}
	}()
	var group sync.WaitGroup
	group.Add(connections)
	start := time.Now()
	for i := 0; i < connections; i++ {
		go func() {
			connection, _ := net.Dial("tcp", listener.Addr().String())
			buffer := make([]byte, 64)
			for r := 0; r < count/connections; r++ {
				connection.Write(buffer)
				io.ReadFull(connection, buffer)
			}
			connection.Close()
			group.Done()
		}()
	}
	group.Wait()
	trips := count / connections * connections
	fmt.Println("round_trips_per_s", int(float64(trips)/time.Since(start).Seconds()))
}

func sleepers(count int, group *sync.WaitGroup) []context.CancelFunc {
	cancels := make([]context.CancelFunc, count)
	group.Add(count)
	for i := range cancels {
		own, cancel := context.WithCancel(context.Background())
		cancels[i] = cancel
		go func() {
			timer := time.NewTimer(time.Hour)
			select {
			case <-own.Done():
			case <-timer.C:
			}
			timer.Stop()
			group.Done()
		}()
	}
	runtime.Gosched()
	return cancels
}

func cancelAll(count int) {
	var group sync.WaitGroup
	cancels := sleepers(count, &group)
	start := time.Now()
	for _, cancel := range cancels {
		cancel()
	}
	group.Wait()
	perUnit("cancel_ns_per_task", start, count)
}

func step(parked, steps int) {
	var group sync.WaitGroup
	held := sleepers(parked, &group)
	done := make(chan bool)
	start := time.Now()
	for i := 0; i < steps; i++ {
		go func() {
			runtime.Gosched()
			done <- true
		}()
		<-done
	}
	perUnit("ns_per_step", start, steps)
	runtime.KeepAlive(held)
}

func main() {
	runtime.GOMAXPROCS(1)
	numbers := []int{}
	for _, word := range os.Args[2:] {
		number, _ := strconv.Atoi(word)
		numbers = append(numbers, number)
	}
	switch os.Args[1] {
	case "park":
		park(numbers[0])
	case "switch":
		switchTasks(numbers[0], numbers[1])
	case "timers":
		timers(numbers[0])
	case "pingpong":
		pingpong(numbers[0])
	case "echo":
		echo(numbers[0], numbers[1])
	case "cancel":
		cancelAll(numbers[0])
	case "step":
		step(numbers[0], numbers[1])
	}
}
