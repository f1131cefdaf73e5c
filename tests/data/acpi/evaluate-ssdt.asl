/* SPDX-License-Identifier: GPL-2.0-only */
/* To be loaded after evaluate.aml. iasl evaluate-ssdt.asl (20200925) made evaluate-ssdt.aml. */
DefinitionBlock ("", "SSDT", 2, "P2MLAB", "EVALMORE", 0x00000001)
{
	External (BASE, IntObj)

	Scope (\_SB)
	{
		Device (MORE)
		{
			Name (_HID, "TEST0006")
			OperationRegion (MREG, SystemMemory, BASE + 0x100, 0x80)
			/* a template that is none */
			Method (_CRS, 0, NotSerialized)
			{
				Return (Buffer () { 0x86, 0x09, 0x00 })
			}
			/* behind the end of a package */
			Name (PKG0, Package () { 1 })
			Name (NINE, 9)
			Method (_SEG, 0, NotSerialized)
			{
				Return (DerefOf (PKG0 [NINE]))
			}
		}
	}
}
