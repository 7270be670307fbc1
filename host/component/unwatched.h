#ifndef RT_HOST_UNWATCHED_H
#define RT_HOST_UNWATCHED_H

/* Round a call into a component.  Its memory belonged to other calls before, and the engine hands it
 * on by atomics that ThreadSanitizer does not see. */
#if defined(__SANITIZE_THREAD__)
#define RT_UNWATCHED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RT_UNWATCHED 1
#endif
#endif

#ifdef RT_UNWATCHED
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
#endif

static inline void rt_unwatched_begin(void)
{
#ifdef RT_UNWATCHED
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
}

static inline void rt_unwatched_end(void)
{
#ifdef RT_UNWATCHED
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
#endif
}

#endif
