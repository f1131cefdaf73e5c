// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa -f: it refuses some of what firmware has.
// Values: what folds and what does not, a device each with the value as its _ADR.
DefinitionBlock ("aml-values.aml", "DSDT", 2, "P2MLAB", "VALUES", 1)
{
	Name (NUMB, 0x1234)
	Name (STOR, 1)
	Name (LIST, Package () {1, 0xabcd, NUMB, "text", Package () {5, 6}})
	Name (BUFF, Buffer (8) {1, 2, 3})
	Name (INCR, 0)
	Name (FLDS, Buffer (4) {})
	Name (GIVE, Package () {1, 2})
	CreateDWordField (FLDS, 0, FLD0)
	OperationRegion (REGS, SystemMemory, 0x1000, 0x100)
	Field (REGS, DWordAcc, NoLock, Preserve)
	{
		REG0, 32,
		IDX0, 8,
		DAT0, 8,
		Offset (0x20),
		, 4,
		BITS, 4
	}
	IndexField (IDX0, DAT0, ByteAcc, NoLock, Preserve)
	{
		IXF0, 8
	}
	BankField (REGS, REG0, 3, WordAcc, NoLock, Preserve)
	{
		BNK0, 8
	}
	DataTableRegion (DTRG, "SPCR", "", "")
	OperationRegion (BIGR, SystemMemory, 0xfffffffffffff000, 0x1001)
	OperationRegion (RIM0, SystemMemory, 0xfffffffffffff000, 0xfff)
	OperationRegion (SUMR, SystemMemory, Add (NUMB, 0x1000), SizeOf (BUFF))
	OperationRegion (DYNR, SystemMemory, REG0, 4)
	OperationRegion (PCIR, PCI_Config, 0x40, 4)
	Mutex (MUTX, 0)
	Event (EVNT)
	Method (TAKE, 1) { Store (1, Index (Arg0, 0)) }
	Method (CODE, 2, Serialized)
	{
		Acquire (MUTX, 0xffff)
		Store (Arg0, STOR)
		Increment (INCR)
		Store (1, FLD0)
		TAKE (GIVE)
		Switch (Arg1)
		{
			Case (1) { Return (1) }
			Case (2) { Return (Match (LIST, MEQ, 1, MTR, 0, 0)) }
			Default { Wait (EVNT, 1) }
		}
		While (LLess (INCR, 3)) { Increment (INCR) }
		Release (MUTX)
		Return (0)
	}
	Method (NUL0) { Return (0x77) }
	Method (LOOP) { Return (LOOP ()) }
	Method (GOOD)
	{
		Name (HERE, 0x99)
		If (LEqual (NUMB, 0x1234)) { Return (Add (HERE, 1)) } Else { Return (REG0) }
	}
	Method (BRAN) { If (REG0) { Return (1) } Return (2) }
	Method (NADA) { }
	Scope (\_SB)
	{
		Device (A000) { Method (_ADR) { Return (Subtract (Multiply (NUMB, 2), 1)) } }
		Device (A001) { Method (_ADR) { Return (STOR) } }
		Device (A002) { Method (_ADR) { Return (DerefOf (Index (LIST, 2))) } }
		Device (A003) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (LIST, 4)), 1))) } }
		Device (A004) { Method (_ADR) { Return (SizeOf (LIST)) } }
		Device (A005) { Method (_ADR) { Return (NUL0 ()) } }
		Device (A006) { Method (_ADR) { Return (LOOP ()) } }
		Device (A007) { Method (_ADR) { Return (GOOD ()) } }
		Device (A008) { Method (_ADR) { Return (BRAN ()) } }
		Device (A009) { Method (_ADR) { Return (NADA ()) } }
		Device (A010) { Method (_ADR) { Return (INCR) } }
		Device (A011) { Method (_ADR) { Return (SizeOf (FLDS)) } }
		Device (A012) { Method (_ADR) { Return (DerefOf (Index (GIVE, 1))) } }
		Device (A013) { Method (_ADR) { Return (BITS) } }
		Device (A014) { Method (_ADR, 1) { Return (Arg0) } }
		Device (A015) { Method (_ADR) { Return (CODE (1, 2)) } }
		Device (A016) { Method (_ADR) { Return (FindSetLeftBit (0x8000, Local0)) } }
		Device (A017) { Method (_ADR) { Return (LAnd (LNot (LEqual (1, 2)), LGreater (3, 2))) } }
		Device (A018) { Method (_ADR) { Return (Divide (10, 0)) } }
		Device (A019) { Method (_ADR) { Return (ShiftLeft (1, 64)) } }
		Device (A020) { Method (_ADR) { Return (DerefOf (Index (BUFF, 1))) } }
		Device (A021) { Method (_ADR) { Return (DerefOf (Index (LIST, 9))) } }
		Device (A022) { Method (_ADR) { Return (CondRefOf (\_SB.A000)) } }
		Device (A023) { Method (_ADR) { Return (CondRefOf (\_SB.ZZZZ)) } }
		Device (A024) { Method (_ADR) { Return ("text") } }
		Device (A025) { Method (_ADR) { Store (1, STOR) Return (1) } }
		Device (A026) { Method (_ADR) { Return (Mod (Not (0), 16)) } }
		Device (A027) { Method (_ADR) { Return (IXF0) } }
		Device (A028) { Method (_INI) { Store (BNK0, Local0) Store (IXF0, Local1) } }
		Device (A029) { Method (_ADR) { Return (Concatenate ("a", "b")) } }
		Device (A030) { Method (_CRS) { Return (Buffer (2) {0x79, 0}) } Name (_UID, Package () {1}) }
		Processor (CPU0, 1, 0, 0) { Name (_HID, "ACPI0007") }
	}
}
