// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa: constants are left to be folded.
// A second table: it adds to a scope of the first, makes a region where a method runs (as QEMU
// does for NVDIMMs), and has what it loads depend on what is there already.
DefinitionBlock ("aml-more.aml", "SSDT", 2, "P2MLAB", "MORE", 1)
{
	External (\_SB.PCI0, DeviceObj)
	External (\_SB.PCI0._SEG, IntObj)
	External (\_SB.NONE, DeviceObj)
	Name (MEMA, 0x43ff0000)
	Scope (\_SB.PCI0)
	{
		Device (RP01)
		{
			Name (_ADR, 0x00010002)
			Alias (\_SB.PCI0._SEG, SEGX)
			Name (_UID, 7)
		}
	}
	If (CondRefOf (\_SB.PCI0))
	{
		Scope (\_SB)
		{
			Device (HERE) { Name (_HID, "LNRO0005") }
		}
	}
	Else
	{
		Scope (\_SB)
		{
			Device (GONE) { Name (_HID, "LNRO0005") }
		}
	}
	If (CondRefOf (\_SB.NONE))
	{
		Scope (\_SB)
		{
			Device (NON2) { Name (_HID, "LNRO0005") }
		}
	}
	Scope (\_SB)
	{
		Device (NVDR)
		{
			Name (_HID, "ACPI0012")
			Method (NCAL, 5, Serialized)
			{
				Local6 = MEMA
				OperationRegion (NPIO, SystemIO, 0x0a18, 4)
				OperationRegion (NRAM, SystemMemory, Local6, 0x1000)
				Field (NPIO, DWordAcc, NoLock, Preserve)
				{
					NTFI, 32
				}
				Field (NRAM, DWordAcc, NoLock, Preserve)
				{
					HDLE, 32,
					REVS, 32,
				}
				If (Arg0)
				{
					Local6 = 5
				}
				OperationRegion (LATE, SystemMemory, Local6, 8)
				OperationRegion (LIT, SystemMemory, 0x1000, 8)
				Store (Arg4, HDLE)
				Store (Local6, NTFI)
				Return (REVS)
			}
			Method (_DSM, 4)
			{
				Return (NCAL (Arg0, Arg1, Arg2, Arg3, 0))
			}
		}
	}
}
