/**
 * Rating rules of the Vietnamese public sector: what a regulation makes of the facts of a member, an official or an
 * organisation, with the article behind every step.
 *
 * <p>It begins with {@link vn.xeploai.Rulebook#builtin(String)} for one case, {@link vn.xeploai.Cohort#fromJson} for
 * everybody together, and {@link vn.xeploai.Library#builtin()} for the rulebook that is in force on a day.
 *
 * <p><b>Closing.</b> What is {@link java.lang.AutoCloseable} holds memory outside of the heap. Closing twice is harmless;
 * a call after that throws {@link java.lang.IllegalStateException}. Closing while another thread is within a call is safe:
 * that call ends as it would have, and the memory goes after it. What was made of a handle lives on when that is closed.
 * What is forgotten is freed some time after the garbage collector has found it, when the next handle is made.
 *
 * <p><b>Texts.</b> JSON goes in and out as the bytes that every other face of the library has. Composed (NFC) and
 * decomposed (NFD) text is understood, and columns that pass through come back as they came; the ids of a
 * cohort are composed. A {@code String} with half of a
 * surrogate pair is no text: the library refuses it with {@link vn.xeploai.Status#UTF8}. Where a parameter may be left
 * out, null and the empty text mean so; any other null is refused with {@link java.lang.NullPointerException}.
 *
 * <p><b>Errors.</b> {@link vn.xeploai.XeploaiException} with its status, its place and its message in two languages. What is
 * wrong with the facts of a case is no error: the outcome is {@code invalid}, and the result says why.
 *
 * <p><b>The native library.</b> It is looked for when it is first needed: in the file or folder of the system property
 * {@code xeploai.library.path}, else in the folders of {@code java.library.path} and where the system looks for libraries.
 * The property {@code xeploai.binding} chooses how it is called: {@code foreign} (java.lang.foreign, Java 22 and later, the
 * default there) or {@code jna}.
 */
package vn.xeploai;
