/* A sum over the rules that hold, in hundredths, and the logistic curve that makes a probability of
 * it.  The rules are in rules.def. */
#include "core/score.h"

struct rule {
    int32_t at_least;
    int16_t weight;
    uint16_t feature;
};

static const struct rule rules[] = {
#define RT_BASE(score)
#define RT_RULE(feature, at_least, weight) { at_least, weight, RT_F_##feature },
#include "core/rules.def"
#undef RT_BASE
#undef RT_RULE
};

enum {
#define RT_BASE(score) BASE = score,
#define RT_RULE(feature, at_least, weight)
#include "core/rules.def"
#undef RT_BASE
#undef RT_RULE
    RULES = sizeof rules / sizeof *rules
};

/* 1000 / (1 + e^-x) at x = 0, 0.25, ... 7; straight lines in between. */
static uint16_t probability(int32_t score)
{
    static const uint16_t curve[] = {
        500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971,
        977, 982, 986, 989, 991, 993, 995, 996, 997, 998, 998, 998, 999, 999
    };
    enum { STEP = 25, LAST = sizeof curve / sizeof *curve - 1 };
    int32_t x = score < 0 ? -score : score;
    int32_t k = x / STEP;
    int32_t p = k >= LAST ? curve[LAST]
                          : curve[k] + (curve[k + 1] - curve[k]) * (x % STEP) / STEP;
    return (uint16_t)(score < 0 ? 1000 - p : p);
}

void rt_score(const int32_t features[RT_FEATURES][RT_SCORE_LANES], uint16_t out[RT_SCORE_LANES])
{
    int32_t scores[RT_SCORE_LANES];
    for (size_t k = 0; k < RT_SCORE_LANES; k++)
        scores[k] = BASE;
    for (size_t i = 0; i < RULES; i++) {
        const int32_t *values = features[rules[i].feature];
        const int32_t at_least = rules[i].at_least, weight = rules[i].weight;
        for (size_t k = 0; k < RT_SCORE_LANES; k++)
            scores[k] += values[k] >= at_least ? weight : 0;
    }
    for (size_t k = 0; k < RT_SCORE_LANES; k++)
        out[k] = probability(scores[k]);
}
