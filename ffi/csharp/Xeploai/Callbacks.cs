using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Xeploai
{
    /// <summary>What a long call tells while it runs, and whether it goes on. One object for one call at a time.</summary>
    /// <remarks>
    /// A callback may throw: nothing of it gets into native code. The work is stopped, and the exception is thrown again, as it
    /// was, by the method that was called or by the reading of its <see cref="ArrowStream"/>; it is kept in
    /// <see cref="Exception"/> as well, for a stream that somebody else reads. They are called by the thread that calls or
    /// reads.
    /// </remarks>
    public sealed class Callbacks
    {
        private volatile Exception exception;

        /// <summary>
        /// Is told how many rows or, by a cohort, subjects are done, after every few hundred thousand; true to go on, false to
        /// stop with <see cref="Status.Cancelled"/>. May be null.
        /// </summary>
        public Func<ulong, bool> Progress { get; set; }

        /// <summary>
        /// Is told what is worth knowing and is no error, in Vietnamese and in English, such as the facts that no column of a
        /// table states. May be null.
        /// </summary>
        public Action<string, string> Log { get; set; }

        /// <summary>The first exception that a callback threw in the last call; null where none did.</summary>
        public Exception Exception
        {
            get { return exception; }
            internal set { exception = value; }
        }
    }

    /// <summary>
    /// One call with callbacks: what native code holds by a GCHandle from the call until it needs it no more, which may be when
    /// a stream is released.
    /// </summary>
    internal sealed class CallbackRun
    {
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate int ProgressFunction(IntPtr userData, ulong rows);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void LogFunction(IntPtr userData, IntPtr vi, IntPtr en);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void DropFunction(IntPtr userData);

        // Static, so that the function pointers stay good as long as there is native code that has them.
        private static readonly ProgressFunction OnProgress = Progress;
        private static readonly LogFunction OnLog = Log;
        private static readonly DropFunction OnDrop = Drop;

        // How many are held by native code: the tests look whether it comes back to 0.
        internal static int Held;

        private readonly Callbacks callbacks;
        private readonly Func<ulong, bool> progress;
        private readonly Action<string, string> log;
        private GCHandle self;
        private int released;
        private volatile Exception exception;
        private volatile bool stopped;

        private CallbackRun(Callbacks callbacks)
        {
            this.callbacks = callbacks;
            progress = callbacks.Progress;
            log = callbacks.Log;
            callbacks.Exception = null;
        }

        /// <summary>Whether a callback asked to stop.</summary>
        internal bool Stopped
        {
            get { return stopped; }
        }

        internal Exception Exception
        {
            get { return exception; }
        }

        /// <summary>The run of a call; null where there are no callbacks.</summary>
        internal static CallbackRun Of(Callbacks callbacks)
        {
            return callbacks == null ? null : new CallbackRun(callbacks);
        }

        /// <summary>What is handed to the library; null where there are no callbacks.</summary>
        internal static NativeMethods.CallbacksOfCaller[] Native(CallbackRun run)
        {
            if (run == null)
            {
                return null;
            }
            run.self = GCHandle.Alloc(run);
            Interlocked.Increment(ref Held);
            NativeMethods.CallbacksOfCaller native = new NativeMethods.CallbacksOfCaller();
            native.StructSize = (uint)Marshal.SizeOf(typeof(NativeMethods.CallbacksOfCaller));
            native.Progress = run.progress == null ? IntPtr.Zero : Marshal.GetFunctionPointerForDelegate(OnProgress);
            native.Log = run.log == null ? IntPtr.Zero : Marshal.GetFunctionPointerForDelegate(OnLog);
            native.UserData = GCHandle.ToIntPtr(run.self);
            native.DropUserData = Marshal.GetFunctionPointerForDelegate(OnDrop);
            return new[] { native };
        }

        /// <summary>Lets go of the run, whoever comes first: the library, or the call that never got there.</summary>
        internal static void Release(CallbackRun run)
        {
            if (run != null && Interlocked.Exchange(ref run.released, 1) == 0)
            {
                Interlocked.Decrement(ref Held);
                run.self.Free();
            }
        }

        /// <summary>Throws again what a callback threw.</summary>
        internal static void Rethrow(CallbackRun run)
        {
            if (run != null && run.exception != null)
            {
                ExceptionDispatchInfo.Capture(run.exception).Throw();
            }
        }

        private void Threw(Exception thrown)
        {
            if (exception == null)
            {
                exception = thrown;
                callbacks.Exception = thrown;
            }
        }

        private static int Progress(IntPtr userData, ulong rows)
        {
            CallbackRun run = null;
            try
            {
                run = (CallbackRun)GCHandle.FromIntPtr(userData).Target;
                // What the log threw stops the work here, where it can be stopped.
                if (run.exception == null && run.progress(rows))
                {
                    return 0;
                }
                run.stopped = true;
            }
            catch (Exception thrown)
            {
                if (run != null)
                {
                    run.Threw(thrown);
                }
            }
            return -1;
        }

        private static void Log(IntPtr userData, IntPtr vi, IntPtr en)
        {
            CallbackRun run = null;
            try
            {
                run = (CallbackRun)GCHandle.FromIntPtr(userData).Target;
                run.log(Utf8.OfC(vi), Utf8.OfC(en));
            }
            catch (Exception thrown)
            {
                if (run != null)
                {
                    run.Threw(thrown);
                }
            }
        }

        private static void Drop(IntPtr userData)
        {
            try
            {
                Release((CallbackRun)GCHandle.FromIntPtr(userData).Target);
            }
            catch (Exception)
            {
                // Nobody is left to be told, and nothing may get into native code.
            }
        }
    }
}
