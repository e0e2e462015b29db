#!/bin/sh
# compared with: bash
# needs: shunit2
# Tests of shunit2 that succeed, fail and are skipped.
mkdir -p t; cat >t/all_test.sh <<'EOF'
oneTimeSetUp() { echo once; th=$SHUNIT_TMPDIR; }
setUp() { echo "set up ${_shunit_test_:-}"; }
tearDown() { echo "tear down"; }
oneTimeTearDown() { echo over; }
testEqual() {
  assertEquals 1 1
  assertEquals 'a message' 'x y' "x y"
  assertNotEquals 1 2
  assertSame a a
  assertNotSame a b
}
testFails() {
  assertEquals 'not the same' 1 2
  assertTrue 'false' false
  assertFalse 0
  assertNull x
  assertNotNull ''
  assertSame 'it is' "a 'q'" 'b "q"'
}
testContains() {
  assertContains 'a -b c' '-b'
  assertNotContains abc d
  assertContains abc d
  assertContains 'msg' 'a*c' '*'
}
testTrue() { assertTrue '[ 34 -gt 23 ]'; assertTrue 0; assertFalse 1; assertFalse '[ 1 = 2 ]'; assertTrue ''; }
testFailDirect() {
  fail
  fail 'with a message'
  failNotEquals m 1 2
  failSame m
  failNotSame m 3 4
  failFound m x
  failNotFound m y
}
testSkip() { startSkipping; isSkipping && echo skipping; assertEquals 1 2; endSkipping; assertEquals 1 1; }
testLine() {
  ${_ASSERT_EQUALS_} "'line'" 1 2
  ${_ASSERT_TRUE_} 0
  ${_FAIL_} "'direct line'"
  ${_ASSERT_NULL_} ''
  ${_ASSERT_CONTAINS_} "'abc'" "'z'"
}
testTemp() {
  echo "$th" | grep -c shunit >/dev/null
  assertTrue 'the folder' "[ -d '$th' ]"
  echo data >"$th/file"
  assertEquals data "$(cat "$th/file")"
}
testOutput() { out=$(printf 'b\na\n' | sort | tr '\n' ' '); assertEquals 'a b ' "$out"; }
. shunit2
EOF
cat >t/suite_test.sh <<'EOF'
suite() { suite_addTest one; suite_addTest two; }
one() { assertTrue 0; }
two() { assertEquals 2 $((1 + 1)); exit_status=7; }
three() { fail never; }
. shunit2
EOF
printf 'testBroken() { assertTrue 0; }\ntestSyntax() { nosuchcommand; assertEquals 127 $?; return 3; }\n. shunit2\n' >t/broken_test.sh
printf 'testExit() { exit 5; }\n. shunit2\n' >t/exit_test.sh
printf 'setUp() { return 1; }\ntestX() { :; }\n. shunit2\n' >t/setup_test.sh
printf '. shunit2\n' >t/none_test.sh
for file in t/*_test.sh; do
  echo "== $file"
  sh "$file" 2>&1
  echo "-- $?"
  SHUNIT_COLOR=always sh "$file" -- testEqual testLine 2>&1
  echo "-- $?"
  SHUNIT_TEST_PREFIX='p: ' SHUNIT_COLOR=none sh "$file" >/dev/null 2>&1
  echo "-- $?"
done
shunit2; echo $?; cd /usr/share/shunit2; ls
