#ifndef RT_HOST_GUARD_H
#define RT_HOST_GUARD_H

/* The descriptor that a helper talks through: its only one. */
enum { RT_GUARD_SOCKET = 0 };

/* Shuts this process in, for good and all.  Afterwards it can receive and send on RT_GUARD_SOCKET,
 * give memory back, read the clock and end; asking for memory is refused, any other system call
 * ends it with SIGSYS.  Memory that it will need has to be
 * mapped, its stack too: not that of a first thread, which grows.  0, or an errno with *step
 * (borrowed, static) for what the system refused: the process is then not shut in. */
int rt_guard_enter(const char **step);

/* Code of a sanitizer in the process maps memory at any time, and may not be copied by a bare
 * clone. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RT_GUARD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define RT_GUARD_SANITIZED 1
#endif
#endif
#ifndef RT_GUARD_SANITIZED
#define RT_GUARD_SANITIZED 0
#endif

#endif
