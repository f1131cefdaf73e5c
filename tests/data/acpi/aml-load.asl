// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa: constants are left to be folded.
// Code at table level: what runs when the table is loaded, and what is not known after it.
DefinitionBlock ("aml-load.aml", "DSDT", 1, "P2MLAB", "LOAD", 1)
{
	Name (FLAG, 1)
	Name (WORD, 0x1FFFFFFFF)
	External (\LATE.CALL, MethodObj, IntObj, {IntObj, IntObj})
	OperationRegion (REGS, SystemMemory, 0x1000, 0x100)
	Field (REGS, DWordAcc, NoLock, Preserve) { REG0, 32 }
	OperationRegion (CALM, SystemMemory, 0x2000, 0x100)
	Field (CALM, DWordAcc, NoLock, Preserve) { CLM0, 32 }
	If (LEqual (FLAG, 1))
	{
		Device (\_SB.YES0) { Name (_ADR, Ones) }
	}
	Else
	{
		Device (\_SB.NOT0) { Name (_ADR, 2) }
	}
	If (LEqual (FLAG, 2))
	{
		Device (\_SB.NOT1) { Name (_ADR, 1) }
	}
	ElseIf (CondRefOf (FWRD))
	{
		Device (\_SB.NOT2) { Name (_ADR, 2) }
	}
	Else
	{
		Device (\_SB.YES1) { Name (_ADR, 3) }
	}
	If (REG0)
	{
		Device (\_SB.NOT3) { Name (_ADR, 1) }
	}
	Else
	{
		Device (\_SB.NOT4) { Name (_ADR, 1) }
	}
	\LATE.CALL (Add (1, 2), "x")
	Device (\_SB.YES2) { Name (_ADR, 4) }
	While (FLAG) { Decrement (FLAG) }
	If (FLAG)
	{
		Device (\_SB.NOT5) { Name (_ADR, 1) }
	}
	Device (\_SB.YES3) { Method (_ADR) { Return (FLAG) } }
	Device (\_SB.YES4) { Name (_ADR, 5) Name (_UID, 0x80000000) }
}
