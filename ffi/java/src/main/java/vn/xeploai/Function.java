package vn.xeploai;

import java.util.Locale;

/**
 * The functions of the library, each with its parameters and what it returns after the colon: {@code a} an address,
 * {@code n} a size, {@code i} a number of 32 bits, {@code v} nothing. A text is an address and a size.
 */
enum Function {
    ABI_VERSION(":i"),
    VERSION(":a"),
    STATUS_NAME("i:a"),
    SCHEMA("ia:a"),
    BYTES_FREE("a:v"),
    ERROR_TEXT("aiia:a"),
    ERROR_FREE("a:v"),
    LIBRARY_BUILTIN("aa:i"),
    LIBRARY_WITH("aaaa:i"),
    LIBRARY_IN_FORCE("aanananaa:i"),
    LIBRARY_JSON("aaa:i"),
    LIBRARY_FREE("a:v"),
    RULEBOOK_BUILTIN("ananaa:i"),
    RULEBOOK_LOAD("anaa:i"),
    RULEBOOK_WITH_OVERLAY("aanaa:i"),
    RULEBOOK_TEXT("aiiaa:i"),
    RULEBOOK_RATE_JSON("aanananaa:i"),
    RULEBOOK_RATE_STREAM("aanaanaaa:i"),
    RULEBOOK_HOLD_STREAM("aanaanaaa:i"),
    RULEBOOK_TALLY_STREAM("aaanaa:i"),
    RULEBOOK_FREE("a:v"),
    CASE_NEW("aananaa:i"),
    CASE_FACT("aanaa:i"),
    CASE_SET("aana:i"),
    CASE_SET_JSON("aana:i"),
    CASE_CLEAR("aa:i"),
    CASE_RATE("aaana:i"),
    CASE_TEXT("aiiaa:i"),
    CASE_FREE("a:v"),
    COHORT_NEW("aanaa:i"),
    COHORT_ADD("aianaa:i"),
    COHORT_PLAN("aaa:i"),
    COHORT_RATE("aaaa:i"),
    COHORT_FREE("a:v"),
    RATED_COHORT_TEXT("aianiaa:i"),
    RATED_COHORT_TABLE("aanaa:i"),
    RATED_COHORT_WHAT_IF("aanaa:i"),
    RATED_COHORT_FREE("a:v"),
    STATISTICS("ananaa:i");

    final String symbol;
    final String parameters;
    final char returns;

    Function(String signature) {
        this.symbol = "xeploai_" + name().toLowerCase(Locale.ROOT);
        this.parameters = signature.substring(0, signature.indexOf(':'));
        this.returns = signature.charAt(signature.length() - 1);
    }
}
