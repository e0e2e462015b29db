// swift-tools-version: 6.2
// Licence: Apache-2.0 WITH Swift-exception, see Docs/LICENSE.
import PackageDescription

/// Every target speaks Swift 6, and `async` functions stay on their caller's executor:
/// a hop at every call would cost two to three times as much (Docs/Architecture.md).
/// The Makefile sets MEANWHILE_STRICT, so that no warning passes there; a plain `swift build` stays lenient.
let strictness: [SwiftSetting] =
  Context.environment["MEANWHILE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]
let swiftSettings: [SwiftSetting] =
  strictness + [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
  ]

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// Only libFuzzer has a `main` for it: `make fuzz` sets MEANWHILE_FUZZER.
let fuzzer: [Target] =
  Context.environment["MEANWHILE_FUZZER"] == nil
  ? []
  : [
    .executableTarget(
      name: "ShellFuzzer", dependencies: ["ShellFuzzing"], path: "Tests/ShellFuzzer",
      exclude: ["corpus.py", "dictionary"])
  ]

let package = Package(
  name: "meanwhile",
  products: [
    .library(name: "Meanwhile", targets: ["Meanwhile"]),
    .executable(name: "meanwhile", targets: ["MeanwhileCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .target(name: "Meanwhile", dependencies: ["CPlatform", deque, system], swiftSettings: swiftSettings),
    .target(name: "ByteStrings", swiftSettings: swiftSettings),
    .target(name: "ShellSyntax", dependencies: ["ByteStrings"], swiftSettings: swiftSettings),
    .target(name: "CPlatform"),
    .target(name: "Platform", dependencies: ["CPlatform", "ByteStrings", system], swiftSettings: swiftSettings),
    .target(
      name: "ShellRuntime",
      dependencies: ["ShellSyntax", "Platform", "Meanwhile", "ByteStrings", deque, system],
      swiftSettings: swiftSettings),
    .target(
      name: "ShellBuiltins",
      dependencies: ["ShellRuntime", "ShellSyntax", "Platform", "Meanwhile", "ByteStrings", system],
      swiftSettings: swiftSettings),
    .target(
      name: "CLibedit",
      linkerSettings: [
        .linkedLibrary("edit"), .linkedLibrary("bsd"), .linkedLibrary("tinfo"), .linkedLibrary("md"),
      ]),
    .target(
      name: "LineEditing", dependencies: ["CLibedit", "Platform", "ByteStrings", system], swiftSettings: swiftSettings),
    .executableTarget(
      name: "MeanwhileCommand",
      dependencies: [
        "ShellBuiltins", "ShellRuntime", "ShellSyntax", "LineEditing", "Platform", "Meanwhile", "ByteStrings", system,
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Meanwhile", "CPlatform", system], exclude: ["Peers"],
      swiftSettings: swiftSettings),

    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    .target(
      name: "TestSupport", dependencies: ["CTestSupport", "ShellSyntax", "ByteStrings"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    .target(
      name: "ShellFuzzing",
      dependencies: [
        "ShellBuiltins", "ShellRuntime", "ShellSyntax", "Platform", "CPlatform", "Meanwhile", "ByteStrings", system,
      ],
      path: "Tests/ShellFuzzing", exclude: ["corpus.txt"], swiftSettings: swiftSettings),
    .testTarget(name: "ArchitectureTests", swiftSettings: swiftSettings),
    .testTarget(name: "ByteStringsTests", dependencies: ["ByteStrings"], swiftSettings: swiftSettings),
    .testTarget(name: "MeanwhileTests", dependencies: ["Meanwhile", "TestSupport"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ShellSyntaxTests", dependencies: ["ShellSyntax", "ByteStrings", "TestSupport"],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "PlatformProbe", dependencies: ["Platform", "ByteStrings", system], path: "Tests/PlatformProbe",
      swiftSettings: swiftSettings),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "PlatformProbe", "ByteStrings", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ShellRuntimeTests",
      dependencies: [
        "ShellRuntime", "ShellBuiltins", "ShellSyntax", "Platform", "Meanwhile", "ByteStrings", "TestSupport",
        "ShellFuzzing", system,
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "LineEditorProbe", dependencies: ["LineEditing", "ShellRuntime", "Platform", "ByteStrings", system],
      path: "Tests/LineEditorProbe", swiftSettings: swiftSettings),
    .testTarget(
      name: "LineEditingTests",
      dependencies: ["LineEditing", "LineEditorProbe", "Platform", "ByteStrings", "TestSupport", system],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "SystemCallFilter", dependencies: ["CTestSupport"], path: "Tests/SystemCallFilter"),
    .executableTarget(name: "ForegroundRun", path: "Tests/ForegroundRun"),
    .testTarget(
      name: "TranscriptTests",
      dependencies: [
        "TestSupport", "CTestSupport", "SystemCallFilter", "ForegroundRun", "MeanwhileCommand", "ShellBuiltins",
        "ShellRuntime", "Platform", "ByteStrings",
      ],
      exclude: ["Sessions", "Scripts", "RealScripts"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "TerminalTests", dependencies: ["TestSupport", "MeanwhileCommand"], exclude: ["Cases"],
      swiftSettings: swiftSettings),
  ] + fuzzer
)
