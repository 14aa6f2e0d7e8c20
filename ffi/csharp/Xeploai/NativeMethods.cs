using System;
using System.Runtime.InteropServices;

namespace Xeploai
{
    /// <summary>
    /// The functions of <c>xeploai.h</c>, as they stand there. Texts go as bytes and length, never through the marshaller of
    /// strings, whose code page differs between runtimes; handles go as SafeHandle, which keeps them alive for the call.
    /// </summary>
    internal static class NativeMethods
    {
        private const string Name = "xeploai";
        private const CallingConvention C = CallingConvention.Cdecl;

        /// <summary><c>xeploai_value</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct Value
        {
            internal uint Fact;
            internal int Kind;
            internal long Number;
            internal uint Scale;
            internal uint Reserved;
            internal IntPtr Text;
            internal UIntPtr TextLength;
        }

        /// <summary><c>xeploai_outcome</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct OutcomeOfCase
        {
            internal int Outcome;
            internal int Level;
            internal int AtLeast;
            internal int AtMost;
            internal uint ReasonWords;
            internal uint Reserved;
        }

        /// <summary><c>xeploai_bytes</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct Bytes
        {
            internal IntPtr Data;
            internal UIntPtr Length;
        }

        /// <summary><c>xeploai_callbacks</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct CallbacksOfCaller
        {
            internal uint StructSize;
            internal uint Reserved;
            internal IntPtr Progress;
            internal IntPtr Log;
            internal IntPtr UserData;
            internal IntPtr DropUserData;
        }

        // ---- about the library

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern uint xeploai_abi_version();

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern IntPtr xeploai_version();

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern IntPtr xeploai_status_name(int status);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern IntPtr xeploai_schema(int of, out UIntPtr length);

        // ---- bytes and errors

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_bytes_free(ref Bytes bytes);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_error_status(IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern IntPtr xeploai_error_text(IntPtr error, int what, int language, out UIntPtr length);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_error_free(IntPtr error);

        // ---- libraries

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_library_builtin(out LibraryHandle library, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_library_with(
            LibraryHandle library, RulebookHandle rulebook, out LibraryHandle more, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_library_in_force(
            LibraryHandle library,
            byte[] day, UIntPtr dayLength,
            byte[] subject, UIntPtr subjectLength,
            byte[] province, UIntPtr provinceLength,
            out RulebookHandle rulebook, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_library_json(LibraryHandle library, out Bytes list, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_library_free(IntPtr library);

        // ---- rulebooks

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_builtin(
            byte[] id, UIntPtr idLength, byte[] on, UIntPtr onLength, out RulebookHandle rulebook, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_load(
            byte[] json, UIntPtr jsonLength, out RulebookHandle rulebook, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_with_overlay(
            RulebookHandle rulebookBelow, byte[] json, UIntPtr jsonLength, out RulebookHandle rulebook, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_text(
            RulebookHandle rulebook, int what, int language, out Bytes text, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_rate_json(
            RulebookHandle rulebook,
            byte[] subject, UIntPtr subjectLength,
            byte[] facts, UIntPtr factsLength,
            byte[] policies, UIntPtr policiesLength,
            out Bytes result, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_rulebook_free(IntPtr rulebook);

        // ---- tables

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_rate_stream(
            RulebookHandle rulebook,
            byte[] subject, UIntPtr subjectLength,
            ArrowStreamHandle table,
            byte[] options, UIntPtr optionsLength,
            [In] CallbacksOfCaller[] callbacks,
            ArrowStreamHandle output, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_hold_stream(
            RulebookHandle rulebook,
            byte[] subject, UIntPtr subjectLength,
            ArrowStreamHandle rated,
            byte[] options, UIntPtr optionsLength,
            ArrowStreamHandle output, out Bytes quotas, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rulebook_tally_stream(
            RulebookHandle rulebook, ArrowStreamHandle rated,
            byte[] options, UIntPtr optionsLength,
            ArrowStreamHandle output, out IntPtr error);

        // ---- cases

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_new(
            RulebookHandle rulebook,
            byte[] subject, UIntPtr subjectLength,
            byte[] policies, UIntPtr policiesLength,
            out CaseHandle created, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_fact(
            CaseHandle handle, byte[] name, UIntPtr nameLength, out uint fact, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_set(
            CaseHandle handle, [In] Value[] values, UIntPtr count, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_set_json(
            CaseHandle handle, byte[] facts, UIntPtr factsLength, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_clear(CaseHandle handle, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_rate(
            CaseHandle handle, out OutcomeOfCase outcome, [In, Out] ulong[] reasons, UIntPtr reasonsLength, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_case_text(
            CaseHandle handle, int what, int language, out Bytes text, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_case_free(IntPtr handle);

        // ---- cohorts

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_cohort_new(
            LibraryHandle library, byte[] request, UIntPtr requestLength, out CohortHandle cohort, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_cohort_add(
            CohortHandle cohort, int table, byte[] kind, UIntPtr kindLength, ArrowStreamHandle stream, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_cohort_plan(CohortHandle cohort, out Bytes plan, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_cohort_rate(
            CohortHandle cohort, [In] CallbacksOfCaller[] callbacks, out RatedCohortHandle rated, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_cohort_free(IntPtr cohort);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rated_cohort_text(
            RatedCohortHandle rated, int what, byte[] id, UIntPtr idLength, int language, out Bytes text, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rated_cohort_table(
            RatedCohortHandle rated, byte[] kind, UIntPtr kindLength, ArrowStreamHandle output, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_rated_cohort_what_if(
            RatedCohortHandle rated, byte[] changes, UIntPtr changesLength, out Bytes list, out IntPtr error);

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern void xeploai_rated_cohort_free(IntPtr rated);

        // ---- statistics

        [DllImport(Name, CallingConvention = C, ExactSpelling = true)]
        internal static extern int xeploai_statistics(
            byte[] question, UIntPtr questionLength, byte[] request, UIntPtr requestLength, out Bytes answer, out IntPtr error);
    }
}
