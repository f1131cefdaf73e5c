// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa: constants are left to be folded.
// Objects that code changes without naming them where it stores, and names that only seem to be
// there. What acpiexec gives before and after a MUTn is not what the definitions alone say.
DefinitionBlock ("aml-handed.aml", "DSDT", 2, "P2MLAB", "HANDED", 1)
{
	Name (GLOB, 3)
	Name (NEW0, 6)
	OperationRegion (REGS, SystemMemory, 0x1000, 8)
	Field (REGS, DWordAcc, NoLock, Preserve) { REG0, 32 }

	// A Name of a method hides the one outside, once the method has made it.
	Method (MAKE, 0, Serialized) { Name (GLOB, 5) Return (GLOB) }
	If (LEqual (MAKE (), 5)) { Device (\_SB.T000) { } } Else { Device (\_SB.T001) { } }
	Device (\_SB.A000) { Method (_ADR, 0, Serialized) { If (Zero) { Name (GLOB, 5) } Return (GLOB) } }
	Device (\_SB.A001) { Method (_ADR, 0, Serialized) { If (One) { Return (GLOB) } Name (GLOB, 6) Return (1) } }
	Device (\_SB.A002) { Method (_ADR, 0, Serialized) { Name (GLOB, 7) Return (GLOB) } }
	Device (\_SB.A003) { Method (MUT0, 0, Serialized) { Name (^_ADR, 0) Return (1) } }
	Method (MUT1, 0, Serialized) { Name (\TEMP, 1) Return (TEMP) }
	Device (\_SB.A004) { Method (_ADR) { If (CondRefOf (\TEMP)) { Return (7) } Return (8) } }
	Name (GLO2, 1)
	Method (MUT2, 0, Serialized) { If (Zero) { Name (GLO2, 4) } Store (9, GLO2) }
	Device (\_SB.A005) { Method (_ADR) { Return (GLO2) } }

	// A package in a package, a buffer in one, and what a method returns are the objects themselves.
	Name (PKG0, Package () { Package () { 1, 2 } })
	Method (MUT3) { Store (9, Index (DerefOf (Index (PKG0, 0)), 1)) }
	Device (\_SB.A006) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (PKG0, 0)), 1))) } }
	Name (PKG1, Package () { 1 })
	Method (GET1) { Return (PKG1) }
	Method (GET2) { Return (GET1 ()) }
	Method (MUT4) { Store (9, Index (GET2 (), 0)) }
	Device (\_SB.A007) { Method (_ADR) { Return (DerefOf (Index (PKG1, 0))) } }
	Name (PKG2, Package () { 1 })
	Method (GET3) { Return (PKG2) }
	Method (SET0, 1) { Store (9, Index (Arg0, 0)) }
	Method (MUT5) { SET0 (GET3 ()) }
	Device (\_SB.A008) { Method (_ADR) { Return (DerefOf (Index (PKG2, 0))) } }
	Name (PKG3, Package () { Package () { 1 } })
	Method (MUT6) { SET0 (DerefOf (Index (PKG3, 0))) }
	Device (\_SB.A009) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (PKG3, 0)), 0))) } }
	Name (BUF0, Buffer () { 1, 2 })
	Name (PKG4, Package () { BUF0, BUF1 })
	Name (BUF1, Buffer () { 1, 2 })
	Method (MUT7, 1) { Store (9, Index (DerefOf (Index (PKG4, Arg0)), 0)) }
	Device (\_SB.A010) { Method (_ADR) { Return (DerefOf (Index (BUF0, 0))) } }
	Device (\_SB.A011) { Method (_ADR) { Return (DerefOf (Index (BUF1, 0))) } }
	Name (PKG5, Package () { Buffer () { 1, 2 } })
	Method (MUT8, 0, Serialized) { CreateByteField (DerefOf (Index (PKG5, 0)), 0, BYT0) Store (9, BYT0) }
	Device (\_SB.A012) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (PKG5, 0)), 0))) } }
	Name (BUF2, Buffer () { 1, 2 })
	Method (MUT9) { Store (9, Index (ToBuffer (BUF2), 0)) }
	Device (\_SB.A013) { Method (_ADR) { Return (DerefOf (Index (BUF2, 0))) } }
	Name (BUF3, Buffer () { 1, 2 })
	Method (MUTA) { Store (9, Index (Store (BUF3, Local0), 0)) }
	Device (\_SB.A014) { Method (_ADR) { Return (DerefOf (Index (BUF3, 0))) } }
	Name (PKG6, Package () { Package () { 1 } })
	Method (MUTB) { Store (DerefOf (Index (PKG6, 0, Local0)), Local1) Store (9, Index (DerefOf (Local0), 0)) }
	Device (\_SB.A015) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (PKG6, 0)), 0))) } }
	// Only read: a constant.
	Name (PKG7, Package () { Package () { 1, 2 } })
	Device (\_SB.A016) { Method (_ADR) { Return (DerefOf (Index (DerefOf (Index (PKG7, 0)), 1))) } }

	// Code in methods, scopes and devices that a method makes.
	Name (GLO3, 1)
	Method (MUTC, 0, Serialized) { Method (INNE) { Store (9, GLO3) } INNE () }
	Device (\_SB.A017) { Method (_ADR) { Return (GLO3) } }
	Name (GLO4, 1)
	Device (\_SB.A018) { Name (GLO4, 2) Method (_ADR) { Return (GLO4) } }
	Method (MUTD) { Scope (\_SB.A018) { Store (9, GLO4) } }
	Name (GLO5, 1)
	Method (MUTE, 0, Serialized) { Device (TDEV) { Method (CHNG) { Store (9, GLO5) } } TDEV.CHNG () }
	Device (\_SB.A019) { Method (_ADR) { Return (GLO5) } }

	// An If at table level may make a name anew by more than Name, and what Linux asks for.
	Name (OLD0, 5)
	Name (OLD1, 5)
	Device (\_SB.A020) { Method (_ADR) { Return (OLD0) } If (REG0) { Alias (NEW0, OLD0) } }
	Device (\_SB.A021)
	{
		Method (_ADR) { Return (OLD1) }
		If (REG0) { Field (REGS, ByteAcc, NoLock, Preserve) { OLD1, 8 } }
	}
	Device (\_SB.A022) { If (REG0) { Name (_ADR, 3) } }

	// A local that is written on the way to a region's length.
	Method (MUTF, 0, Serialized)
	{
		Store (0x10, Local0)
		Store (GLOB, Local1)
		OperationRegion (RLOC, SystemMemory, Add (0x1000, Add (GLOB, 5, Local0)), Local0)
		Name (BASE, 0x2000)
		OperationRegion (RNAM, SystemMemory, BASE, 4)
	}
}
