/* SPDX-License-Identifier: GPL-2.0-only */
/* Values that only an interpreter knows. iasl evaluate.asl (20200925) made evaluate.aml of it. */
DefinitionBlock ("", "DSDT", 2, "P2MLAB", "EVALUATE", 0x00000001)
{
	Name (COND, One)
	Name (BASE, 0x10000000)
	Name (SEGN, Zero)
	Method (MKBA, 1, NotSerialized)
	{
		Return (0x40000000 + (Arg0 * 0x1000))
	}

	Scope (\_SB)
	{
		OperationRegion (REGN, SystemMemory, MKBA (3), 0x2000)
		Field (REGN, DWordAcc, NoLock, Preserve)
		{
			FLD0, 32,
			FLD1, 8
		}
		OperationRegion (STAT, SystemMemory, 0x50000000, 0x100)
		OperationRegion (PRTS, SystemIO, 0x80, 4)
		Field (PRTS, ByteAcc, NoLock, Preserve)
		{
			PRT0, 8
		}

		/* arithmetic, and an If on a constant */
		Device (SUM0)
		{
			Name (_HID, "TEST0001")
			Method (_STA, 0, NotSerialized)
			{
				If (COND)
				{
					Return (0x0F)
				}
				Return (Zero)
			}
			Method (_CRS, 0, Serialized)
			{
				Name (RBUF, ResourceTemplate ()
				{
					Memory32Fixed (ReadWrite, 0, 0x1000, MEM)
					Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 40 }
				})
				CreateDWordField (RBUF, MEM._BAS, MBAS)
				If (COND)
				{
					MBAS = BASE + 0x20000
				}
				Else
				{
					MBAS = 0x5000
				}
				Return (RBUF)
			}
		}

		/* hardware */
		Device (FLD_)
		{
			Name (_HID, "TEST0002")
			Method (_STA, 0, NotSerialized)
			{
				Return (FLD1)
			}
			Method (_CRS, 0, Serialized)
			{
				Name (RBUF, ResourceTemplate ()
				{
					Memory32Fixed (ReadWrite, 0x20000000, 0x1000, MEM)
				})
				CreateDWordField (RBUF, MEM._BAS, MBAS)
				MBAS += FLD0
				Return (RBUF)
			}
			Method (_BBN, 0, NotSerialized)
			{
				Return (PRT0)
			}
		}

		/* what the operating system says it is */
		Device (OSI0)
		{
			Name (_HID, "TEST0003")
			Method (_CRS, 0, NotSerialized)
			{
				If (_OSI ("Windows 2015"))
				{
					Return (ResourceTemplate ()
					{
						Memory32Fixed (ReadWrite, 0x30000000, 0x1000)
					})
				}
				Return (ResourceTemplate ()
				{
					Memory32Fixed (ReadWrite, 0x30001000, 0x1000)
				})
			}
		}

		/* an index of a package, in a loop */
		Device (LOOP)
		{
			Name (_HID, "TEST0004")
			Name (TBL, Package () { 1, 0x100000, 2, 0x200000, 3, 0x300000 })
			Method (_CRS, 0, Serialized)
			{
				Name (RBUF, ResourceTemplate ()
				{
					QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed,
						NonCacheable, ReadWrite, 0, 0, 0x1FFF, 0, 0x2000,,, QMEM)
				})
				CreateQWordField (RBUF, QMEM._MIN, QMIN)
				CreateQWordField (RBUF, QMEM._MAX, QMAX)
				Local0 = Zero
				While (Local0 < 6)
				{
					If (DerefOf (TBL [Local0]) == 2)
					{
						QMIN = 0x200000000 + DerefOf (TBL [Local0 + 1])
						QMAX = QMIN + 0x1FFF
					}
					Local0 += 2
				}
				Return (RBUF)
			}
		}

		/* a host bridge; _INI sets its segment */
		Device (PCI0)
		{
			Name (_HID, EisaId ("PNP0A08"))
			Method (_INI, 0, NotSerialized)
			{
				SEGN = 3
			}
			Method (_SEG, 0, NotSerialized)
			{
				Return (SEGN)
			}
			Method (_BBN, 0, NotSerialized)
			{
				Return (0x10 + COND)
			}
			Method (_CBA, 0, NotSerialized)
			{
				Return (MKBA (0x20000))
			}
			Method (_DMA, 0, NotSerialized)
			{
				Return (ResourceTemplate ()
				{
					QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed,
						NonCacheable, ReadWrite, 0, 0, 0xFFFFFFFF, 0, 0x100000000)
				})
			}
		}

		/* a region that exists while the method runs */
		Device (TMP0)
		{
			Name (_HID, "TEST0005")
			Method (_STA, 0, Serialized)
			{
				OperationRegion (TMPR, SystemMemory, 0x77000000, 0x10)
				Field (TMPR, DWordAcc, NoLock, Preserve)
				{
					TMPF, 32
				}
				Return (TMPF)
			}
		}
	}
}
