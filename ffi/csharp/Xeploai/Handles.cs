using Microsoft.Win32.SafeHandles;

namespace Xeploai
{
    // One handle for each type of the interface: what is freed twice, or never, is seen to by SafeHandle. What was made of a
    // handle lives on when that is freed, so no handle has to keep another one.

    internal sealed class LibraryHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal LibraryHandle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            NativeMethods.xeploai_library_free(handle);
            return true;
        }
    }

    internal sealed class RulebookHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal RulebookHandle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            NativeMethods.xeploai_rulebook_free(handle);
            return true;
        }
    }

    internal sealed class CaseHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal CaseHandle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            NativeMethods.xeploai_case_free(handle);
            return true;
        }
    }

    internal sealed class CohortHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal CohortHandle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            NativeMethods.xeploai_cohort_free(handle);
            return true;
        }
    }

    internal sealed class RatedCohortHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal RatedCohortHandle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            NativeMethods.xeploai_rated_cohort_free(handle);
            return true;
        }
    }
}
