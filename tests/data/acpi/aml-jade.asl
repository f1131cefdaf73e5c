// SPDX-License-Identifier: GPL-2.0-only
// iasl -oa: constants are left to be folded.
// Modelled on Ampere's Jade: small regions that share a page and hold what firmware found, PMUs
// by the dozen that ask one method whether they are there, two sockets.
DefinitionBlock ("aml-jade.aml", "DSDT", 2, "P2MLAB", "JADE", 1)
{
	Name (\BASE, 0x1000027b0000)
	Name (\SOCK, Package () {Package () {\_SB.CMN0, 0}, Package () {\_SB.CMN1, 1}})
	OperationRegion (\INFO, SystemMemory, BASE, 0x3c0)
	Field (\INFO, DWordAcc, NoLock, Preserve)
	{
		SLTS, 32,
		PMUM, 32
	}
	OperationRegion (\CPPX, SystemMemory, Or (BASE, 0x800), ShiftLeft (1, 3))
	Field (\CPPX, QWordAcc, NoLock, Preserve) { PERF, 64 }
	OperationRegion (\NOTR, SystemMemory, 0x1000027b0f00, 4)
	Field (\NOTR, DWordAcc, NoLock, Preserve) { RUNT, 32 }
	Method (\HASP, 1) { Return (And (PMUM, ShiftLeft (1, Arg0))) }
	Scope (\_SB)
	{
		Device (CMN0)
		{
			Name (_HID, "ARMHC600")
			Name (_UID, 0)
			Name (_CRS, ResourceTemplate ()
			{
				QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0, 0x100010000000, 0x10001fffffff, 0, 0x10000000)
				Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive,,,) {288}
			})
			Method (_STA)
			{
				If (HASP (0)) { Return (0xf) }
				Return (0)
			}
		}
		Device (CMN1)
		{
			Name (_HID, "ARMHC600")
			Name (_UID, 1)
			Alias (\_SB.CMN0._CRS, _CRS)
			Method (_STA) { Return (0xf) }
		}
		Device (MCU0)
		{
			Name (_HID, "ARMHD620")
			Name (_CRS, ResourceTemplate ()
			{
				QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0, 0x10008c000a00, 0x10008c000bff, 0, 0x200)
			})
			Name (_DSD, Package ()
			{
				ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
				Package () {Package () {"channel", 0}, Package () {"node", \_SB.CMN0}}
			})
		}
		Device (HED0)
		{
			Name (_HID, EISAID ("PNP0C33"))
			Name (_UID, 0)
			Method (_EVT, 1) { Store (RUNT, Local0) }
		}
		Device (C000)
		{
			Name (_HID, "ACPI0007")
			Name (_UID, 0)
			Method (_STA) { Return (DerefOf (Index (DerefOf (Index (SOCK, 1)), 1))) }
			Method (_CPC) { Return (Package () {3, PERF}) }
		}
		Device (I2C4)
		{
			Name (_HID, "APMC0D0F")
			Name (_CRS, ResourceTemplate ()
			{
				Memory32Fixed (ReadWrite, 0x10021000, 0x10000)
			})
			OperationRegion (GPIO, GeneralPurposeIo, 0, 1)
			Method (_REG, 2) { }
		}
	}
}
