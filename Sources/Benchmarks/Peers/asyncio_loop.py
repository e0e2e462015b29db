"""The commands of `Benchmarks` for asyncio: the same work, the same keys."""
import asyncio
import sys
import time


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


async def sleeper():
    await asyncio.sleep(3600)


async def park(count):
    before, start = resident(), time.monotonic_ns()
    tasks = [asyncio.ensure_future(sleeper()) for _ in range(count)]
    await asyncio.sleep(0)
    print("rss_per_task_bytes", (resident() - before) // count)
    print("create_ns_per_task", (time.monotonic_ns() - start) // count)
    return tasks


async def switch(tasks, rounds):
    async def work():
        for _ in range(rounds):
            await asyncio.sleep(0)

    all_tasks = [asyncio.ensure_future(work()) for _ in range(tasks)]
    start = time.monotonic_ns()
    await asyncio.gather(*all_tasks)
    print("ns_per_switch", (time.monotonic_ns() - start) / (tasks * rounds))


async def timers(count):
    late = []

    async def work(index):
        delay = index * 7919 % count * 1_000_000_000 // count
        asked = time.monotonic_ns() + delay
        await asyncio.sleep(delay / 1e9)
        late.append(time.monotonic_ns() - asked)

    all_tasks = [asyncio.ensure_future(work(index)) for index in range(count)]
    wall, processor = time.monotonic_ns(), time.process_time_ns()
    await asyncio.gather(*all_tasks)
    late.sort()
    print("cpu_ms", (time.process_time_ns() - processor) // 1_000_000)
    print("wall_ms", (time.monotonic_ns() - wall) // 1_000_000)
    print("late_p50_us", late[len(late) // 2] // 1000)
    print("late_p99_us", late[len(late) * 99 // 100] // 1000)


async def pingpong(messages):
    there, back = asyncio.Queue(), asyncio.Queue()

    async def pong():
        while True:
            back.put_nowait(await there.get() + 1)

    task = asyncio.ensure_future(pong())
    start, received = time.monotonic_ns(), 0
    while received < messages:
        there.put_nowait(received)
        received = await back.get() + 1
    print("ns_per_message", (time.monotonic_ns() - start) / messages)
    task.cancel()


async def echo(connections, count):
    async def serve(reader, writer):
        while data := await reader.read(64):
            writer.write(data)
        writer.close()

    async def client(port, share):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(share):
            writer.write(b"7" * 64)
            await reader.readexactly(64)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    start = time.monotonic_ns()
    await asyncio.gather(*(client(port, count // connections) for _ in range(connections)))
    print("round_trips_per_s", int(count // connections * connections / ((time.monotonic_ns() - start) / 1e9)))


async def cancel(count):
    tasks = [asyncio.ensure_future(sleeper()) for _ in range(count)]
    await asyncio.sleep(0)
    start = time.monotonic_ns()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print("cancel_ns_per_task", (time.monotonic_ns() - start) / count)


def step(parked, steps):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    tasks = [loop.create_task(sleeper()) for _ in range(parked)]
    loop.run_until_complete(asyncio.sleep(0))
    start = time.monotonic_ns()
    for _ in range(steps):
        loop.run_until_complete(asyncio.sleep(0))
    print("ns_per_step", (time.monotonic_ns() - start) / steps)
    return tasks


name, numbers = sys.argv[1], [int(word) for word in sys.argv[2:]]
if name == "step":
    held = step(*numbers)
else:
    asyncio.new_event_loop().run_until_complete(globals()[name](*numbers))
sys.stdout.flush()
__import__("os")._exit(0)
