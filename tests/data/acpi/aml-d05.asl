// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa: constants are left to be folded.
// Modelled on HiSilicon's D05: 64 KiB register windows, small regions that straddle pages, one
// reset method that the NIC's driver calls, resources in a method that returns a buffer of its own.
DefinitionBlock ("aml-d05.aml", "DSDT", 2, "P2MLAB", "D05", 1)
{
	Scope (\_SB)
	{
		Device (MBI0)
		{
			Name (_HID, "HISI0152")
			Name (_CID, Package () {"HISI0151", EISAID ("PNP0C02")})
			Name (_UID, 0)
			Name (_CRS, ResourceTemplate ()
			{
				Memory32Fixed (ReadWrite, 0xa0080000, 0x10000)
			})
		}
		Device (SAS0)
		{
			Name (_HID, "HISI0162")
			Name (_CCA, 1)
			Method (_CRS, 0, Serialized)
			{
				Name (RBUF, ResourceTemplate ()
				{
					Memory32Fixed (ReadWrite, 0xc3000000, 0x10000)
					Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive,,,) {64, 65}
				})
				Return (RBUF)
			}
			OperationRegion (CTL, SystemMemory, 0xc0000000, 0x10000)
			Field (CTL, AnyAcc, NoLock, Preserve)
			{
				Offset (0x338),
				CLK, 32,
				CLKD, 32,
				Offset (0xa60),
				RST, 32,
				DRST, 32,
			}
			OperationRegion (PAGE, SystemMemory, 0xc2208ff8, 0x10)
			Field (PAGE, DWordAcc, NoLock, Preserve)
			{
				LOW, 32,
				AccessAs (QWordAcc, 0),
				HIGH, 64,
			}
			OperationRegion (NVER, SystemMemory, 0xc0001000, 4)
			Field (NVER, ByteAcc, NoLock, Preserve)
			{
				NVR0, 8
			}
			Method (_RST, 0, Serialized)
			{
				Store (0x7ffff, RST)
				Store (0x7ffff, CLKD)
				Sleep (1)
				Store (0x7ffff, DRST)
				Store (0x7ffff, CLK)
			}
			Method (HLPR, 1)
			{
				If (Arg0)
				{
					Return (HIGH)
				}
				Return (0)
			}
			Method (_STA)
			{
				If (LEqual (HLPR (1), 3))
				{
					Return (0xf)
				}
				Return (0)
			}
		}
		Device (PCI0)
		{
			Name (_HID, EISAID ("PNP0A08"))
			Name (_CID, EISAID ("PNP0A03"))
			Name (_SEG, 2)
			Name (_BBN, 0x80)
			Method (_CBA, 0, NotSerialized)
			{
				Return (Add (0x700000000, ShiftLeft (0x10, 16)))
			}
			Name (_DMA, ResourceTemplate ()
			{
				QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, Cacheable,
					ReadWrite, 0, 0, 0xffffffff, 0, 0x100000000)
			})
			Name (_STA, 0xf)
			Method (_INI)
			{
				Store (0, \_SB.PCI0._STA)
			}
		}
		PowerResource (PRES, 0, 0)
		{
			Method (_STA) { Return (1) }
			Method (_ON) { Store (1, \_SB.SAS0.NVR0) }
			Method (_OFF) { }
		}
		ThermalZone (TZ0)
		{
			Name (_UID, "zone")
		}
	}
}
