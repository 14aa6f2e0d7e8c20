using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;

/// <summary>
/// A runner of tests, as there is no package manager at hand: every public static method of a class whose name ends with
/// "Tests" is one. The last line says how many passed; the exit code whether all did.
/// </summary>
internal static class Runner
{
    /// <summary>The folder of the repository, where cases and header lie.</summary>
    internal static string Root = ".";

    private static int Main(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            Root = arguments[0];
        }
        if (arguments.Length > 1 && arguments[1] == "--other-abi")
        {
            return OtherAbi.Run();
        }
        string only = arguments.Length > 1 ? arguments[1] : null;
        List<MethodInfo> tests = new List<MethodInfo>();
        foreach (Type type in typeof(Runner).Assembly.GetTypes())
        {
            if (type.Name.EndsWith("Tests", StringComparison.Ordinal))
            {
                tests.AddRange(type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));
            }
        }
        int passed = 0, failed = 0;
        foreach (MethodInfo test in tests)
        {
            string name = test.DeclaringType.Name + "." + test.Name;
            if (only != null && name.IndexOf(only, StringComparison.Ordinal) < 0)
            {
                continue;
            }
            try
            {
                test.Invoke(null, null);
                passed++;
            }
            catch (TargetInvocationException thrown)
            {
                failed++;
                Console.WriteLine("FAILED " + name + "\n" + thrown.InnerException);
            }
        }
        Console.WriteLine("C#: " + passed + " passed, " + failed + " failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    internal static string Read(string path)
    {
        return File.ReadAllText(Path.Combine(Root, path));
    }
}

/// <summary>What a test expects.</summary>
internal static class Expect
{
    internal static void Same(object expected, object found, string of = "")
    {
        if (!Equals(expected, found))
        {
            throw new Exception(of + "\nexpected: " + expected + "\nfound:    " + found);
        }
    }

    internal static void True(bool holds, string what)
    {
        if (!holds)
        {
            throw new Exception("expected " + what);
        }
    }

    internal static T Throws<T>(Action action) where T : Exception
    {
        try
        {
            action();
        }
        catch (T thrown)
        {
            return thrown;
        }
        throw new Exception("expected " + typeof(T).Name + ", and nothing was thrown");
    }
}
