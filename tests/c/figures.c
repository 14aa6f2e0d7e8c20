/*
 * The figures of the interface: one member under 366 by JSON and by the typed path, and a table of 20 million rows. Prints the
 * least of several runs; a limit that is missed is said.
 */
#define _POSIX_C_SOURCE 200809L
#include "table.h"
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

#define FACTS                                                                                                          \
    "{\"score_general\": 28, \"score_results\": \"61.99\", \"tasks_assigned\": 10, \"tasks_done\": 10, \"tasks_late\": 0, "   \
    "\"tasks_below_standard\": 0, \"tasks_exceeded\": 3, \"shortcomings_noted\": 0, \"degradation_concluded\": false, "         \
    "\"conduct_breach_concluded\": false, \"discipline_on_duty\": \"none\", \"exempt_from_activities\": false, "               \
    "\"suspended_from_activities\": false, \"admitted_on\": \"2010-05-19\", \"period_end\": \"2025-12-31\"}"

typedef struct {
    const char *name;
    int32_t kind;
    int64_t number;
    uint32_t scale;
    const char *text;
} fact;

static const fact FACTS_TYPED[] = {
    {"score_general", XEPLOAI_VALUE_INTEGER, 28, 0, NULL},
    {"score_results", XEPLOAI_VALUE_DECIMAL, 6199, 2, NULL},
    {"tasks_assigned", XEPLOAI_VALUE_INTEGER, 10, 0, NULL},
    {"tasks_done", XEPLOAI_VALUE_INTEGER, 10, 0, NULL},
    {"tasks_late", XEPLOAI_VALUE_INTEGER, 0, 0, NULL},
    {"tasks_below_standard", XEPLOAI_VALUE_INTEGER, 0, 0, NULL},
    {"tasks_exceeded", XEPLOAI_VALUE_INTEGER, 3, 0, NULL},
    {"shortcomings_noted", XEPLOAI_VALUE_INTEGER, 0, 0, NULL},
    {"degradation_concluded", XEPLOAI_VALUE_BOOLEAN, 0, 0, NULL},
    {"conduct_breach_concluded", XEPLOAI_VALUE_BOOLEAN, 0, 0, NULL},
    {"discipline_on_duty", XEPLOAI_VALUE_TEXT, 0, 0, "none"},
    {"exempt_from_activities", XEPLOAI_VALUE_BOOLEAN, 0, 0, NULL},
    {"suspended_from_activities", XEPLOAI_VALUE_BOOLEAN, 0, 0, NULL},
    {"admitted_on", XEPLOAI_VALUE_DATE, 14748, 0, NULL},
    {"period_end", XEPLOAI_VALUE_DATE, 20453, 0, NULL},
};
#define COUNT (sizeof FACTS_TYPED / sizeof FACTS_TYPED[0])

static void figure(const char *name, double value, double limit, const char *unit) {
    printf("%-28s %8.3f %s (limit %.1f)%s\n", name, value, unit, limit, value > limit ? " MISSED" : "");
}

int main(int count, char **arguments) {
    const int64_t rows = count > 1 ? atoll(arguments[1]) : 20000000;
    xeploai_rulebook *rulebook = NULL;
    xeploai_case *one = NULL;
    xeploai_value values[COUNT];
    xeploai_outcome outcome;
    double best_json = 1e9, best_typed = 1e9, best_table = 1e9;
    size_t place;
    int run, turn;
    CHECK(xeploai_rulebook_builtin(XEPLOAI_TEXT("366-qd-tw"), NULL, 0, &rulebook, NULL) == XEPLOAI_OK);
    CHECK(xeploai_case_new(rulebook, XEPLOAI_TEXT("member"), NULL, 0, &one, NULL) == XEPLOAI_OK);
    memset(values, 0, sizeof values);
    for (place = 0; place < COUNT; place++) {
        const fact *from = &FACTS_TYPED[place];
        CHECK(xeploai_case_fact(one, (const uint8_t *)from->name, strlen(from->name), &values[place].fact, NULL) == XEPLOAI_OK);
        values[place].kind = from->kind;
        values[place].number = from->number;
        values[place].scale = from->scale;
        values[place].text = (const uint8_t *)from->text;
        values[place].text_len = from->text == NULL ? 0 : strlen(from->text);
    }
    for (run = 0; run < 20; run++) {
        double start = now(), spent;
        for (turn = 0; turn < 10000; turn++) {
            xeploai_bytes out = {NULL, 0};
            CHECK(xeploai_rulebook_rate_json(rulebook, XEPLOAI_TEXT("member"), XEPLOAI_TEXT(FACTS), NULL, 0, &out, NULL) == XEPLOAI_OK);
            xeploai_bytes_free(&out);
        }
        spent = (now() - start) / 10000 * 1e6;
        best_json = spent < best_json ? spent : best_json;
        start = now();
        for (turn = 0; turn < 100000; turn++) {
            CHECK(xeploai_case_clear(one, NULL) == XEPLOAI_OK);
            CHECK(xeploai_case_set(one, values, COUNT, NULL) == XEPLOAI_OK);
            CHECK(xeploai_case_rate(one, &outcome, NULL, 0, NULL) == XEPLOAI_OK);
        }
        CHECK(outcome.outcome == XEPLOAI_OUTCOME_RATED && outcome.level == 2);
        spent = (now() - start) / 100000 * 1e6;
        best_typed = spent < best_typed ? spent : best_typed;
    }
    figure("one case, JSON to JSON", best_json, 4.0, "us");
    figure("one case, typed", best_typed, 0.4, "us");
    for (run = 0; run < 3 && rows > 0; run++) {
        struct ArrowArrayStream table, rated;
        struct ArrowArray batch;
        int64_t seen = 0;
        double start, spent;
        make_table(&table, HONEST, rows / 20, 20);
        start = now();
        CHECK(xeploai_rulebook_rate_stream(rulebook, XEPLOAI_TEXT("member"), &table, NULL, 0, NULL, &rated, NULL) == XEPLOAI_OK);
        while (rated.get_next(&rated, &batch) == 0 && batch.release != NULL) {
            seen += batch.length;
            batch.release(&batch);
        }
        spent = now() - start;
        rated.release(&rated);
        CHECK(seen == rows / 20 * 20);
        best_table = spent < best_table ? spent : best_table;
    }
    if (rows > 0) {
        printf("%-28s %8.3f s, %.1f M rows/s\n", "a table of Arrow", best_table, (double)rows / best_table / 1e6);
    }
    xeploai_case_free(one);
    xeploai_rulebook_free(rulebook);
    return closing("figures");
}
